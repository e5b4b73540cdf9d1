"""What the page "testing" says, as assertions. The clients are the real ones, on a real clock."""

import asyncio
import inspect
import re
import sys
import warnings
from collections.abc import Callable
from typing import Annotated, Any

import httpx
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI

from recorder import Timeline
from site_build.snippets import ROOT

with warnings.catch_warnings(action="ignore"):
    from fastapi.testclient import TestClient  # Starlette wants another httpx

Play = Callable[[str], Timeline]
PAGES = [(ROOT / f"docs/{language}/testing.md").read_text("utf-8") for language in ("zh", "en")]
app = FastAPI()
reserved: set[int] = set()


async def reserve(order: int) -> None:
    await asyncio.sleep(0)
    reserved.add(order)


async def fail() -> None:
    raise ConnectionError("the mail server is down")


async def rebuild_index() -> None:
    app.state.started = True
    await asyncio.Event().wait()


@app.post("/orders/{order}")
async def place(order: int, tasks: BackgroundTasks) -> dict[str, int]:
    tasks.add_task(reserve, order)
    return {"accepted": order}


@app.post("/fails")
async def fails(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(fail)
    return {"status": "ok"}


@app.post("/create-task")
async def create_task() -> None:
    app.state.started = False
    app.state.task = asyncio.create_task(rebuild_index())


def get_mailer() -> Callable[[str], None]:
    raise ConnectionError("the mail server is down")


@app.post("/mail")
async def mail(tasks: BackgroundTasks, send: Annotated[Any, Depends(get_mailer)]) -> None:
    tasks.add_task(send, "welcome")


@pytest.fixture
def client() -> TestClient:
    reserved.clear()
    return TestClient(app)


def the_test_sees_what_ann_sees(timeline: Timeline) -> bool:
    """The invariant: nothing is reserved yet when the answer is there."""
    return timeline.response("pytest").body == '{"reserved":false}'


def test_wrong_is_green_since_it_looks_when_the_task_is_over(wrong: Timeline) -> None:
    assert not the_test_sees_what_ann_sees(wrong)
    assert wrong.response("pytest").body == '{"reserved":true}'


def test_right_looks_when_the_answer_is_there(right: Timeline) -> None:
    assert the_test_sees_what_ann_sees(right)
    assert right.at("response.finished", visitor="pytest") == 2.0


def test_ann_has_her_answer_before_anything_is_reserved(wrong: Timeline, right: Timeline) -> None:
    for timeline in (wrong, right):
        assert timeline.at("response.finished", visitor="ann") == 3.0
        assert timeline.at("task.finished", "reserve", "ann") == 5.0


def test_an_endpoint_that_is_called_directly_adds_its_task_and_runs_none(play: Play) -> None:
    timeline = play("was_it_added")
    assert timeline.response("pytest").body == '{"function":"reserve","args":[7]}'
    assert not timeline.find("task.started")


def test_test_client_returns_when_the_task_is_over(client: TestClient) -> None:
    client.post("/orders/1")
    assert 1 in reserved


def test_test_client_raises_what_the_task_raises(client: TestClient) -> None:
    with pytest.raises(ConnectionError, match="the mail server is down"):
        client.post("/fails")
    quiet = TestClient(app, raise_server_exceptions=False)
    assert quiet.post("/fails").json() == {"status": "ok"}


@pytest.mark.parametrize("raises", [True, False])
def test_asgi_transport_raises_it_too_unless_told_otherwise(raises: bool) -> None:
    async def post() -> Any:
        transport = httpx.ASGITransport(app, raise_app_exceptions=raises)
        async with httpx.AsyncClient(transport=transport) as http:
            return (await http.post("https://test/fails")).status_code

    if not raises:
        assert asyncio.run(post()) == 200
        return
    with pytest.raises(ConnectionError):
        asyncio.run(post())


def test_created_task_is_cancelled_with_the_loop_of_a_plain_test_client(client: TestClient) -> None:
    client.post("/create-task")
    assert app.state.started
    assert app.state.task.cancelled()


def test_created_task_runs_on_inside_with_and_is_cancelled_at_its_end() -> None:
    with TestClient(app) as client:
        client.post("/create-task")
        assert not app.state.task.done()
    assert app.state.task.cancelled()


def test_the_answer_comes_first(client: TestClient) -> None:
    with client.stream("POST", "/orders/1") as response:
        assert response.status_code == 200
        assert 1 not in reserved
        response.read()
    assert 1 in reserved


def test_an_answer_that_is_not_read_cancels_the_request_and_its_task(client: TestClient) -> None:
    with client.stream("POST", "/orders/1"):
        pass
    assert 1 not in reserved


def test_what_a_task_uses_is_replaced_like_any_dependency(client: TestClient) -> None:
    sent: list[str] = []
    app.dependency_overrides[get_mailer] = lambda: sent.append
    client.post("/mail")
    assert sent == ["welcome"]


@pytest.mark.parametrize("page", PAGES, ids=["zh", "en"])
def test_the_page_has_the_warning_as_starlette_words_it(page: str) -> None:
    said = re.search(r'"(Using .*)",', inspect.getsource(sys.modules[TestClient.__module__]))
    assert said
    assert f"StarletteDeprecationWarning: {said[1]}" in page


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(
        "fastapi.BackgroundTasks.add_task",
        lambda tasks, func, *args, **kwargs: names.append(func.__name__),
    )
    return names


def test_no_task_runs(client: TestClient, added: list[str]) -> None:
    client.post("/orders/1")
    assert added == ["reserve"]


@pytest.mark.parametrize("page", PAGES, ids=["zh", "en"])
def test_what_the_page_prints_is_what_ran(page: str) -> None:
    fixture = inspect.unwrap(getattr(added, "_fixture_function", added))
    for function in (test_the_answer_comes_first, fixture, test_no_task_runs):
        assert inspect.getsource(function) in page, function.__name__
