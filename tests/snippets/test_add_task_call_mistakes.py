"""What the page "add-task-call-mistakes" says, as assertions."""

import asyncio
import functools
import inspect
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import BackgroundTasks, FastAPI
from fastapi.exceptions import FastAPIError
from mypy import api as mypy
from starlette.background import BackgroundTask
from starlette.background import BackgroundTasks as StarletteTasks

from recorder import Request, Story, Timeline, play
from site_build.snippets import ROOT

Play = Callable[[str], Timeline]
CALLABLE = "TypeError: the first argument must be callable"


def each_guest_has_a_mail_after_the_answer(timeline: Timeline) -> bool:
    """The invariant: the answer comes first, then one mail to each guest."""
    told = [f"sent to {guest}" for guest in ("ann", "bob", "cat")]
    mails = timeline.find("print")
    answered = timeline.at("response.finished")
    return [m.text for m in mails] == told and all(answered < m.at for m in mails)


def test_wrong_calls_at_once_answers_late_and_then_fails(wrong: Timeline) -> None:
    assert not each_guest_has_a_mail_after_the_answer(wrong)
    assert [mail.at for mail in wrong.find("print")] == [1.0, 2.0, 3.0]
    assert (wrong.at("response.finished"), wrong.response("host").status) == (3.0, 200)
    assert [event.text for event in wrong.find("task.failed")] == [CALLABLE]
    assert len(wrong.find("task.skipped")) == 2


def test_right_answers_at_once_and_mails_each_guest(right: Timeline) -> None:
    assert each_guest_has_a_mail_after_the_answer(right)
    assert right.at("response.finished") == 0.0
    assert not right.find("task.failed")


def test_a_lambda_in_a_loop_mails_the_last_guest_three_times(play: Play) -> None:
    timeline = play("wrong_lambda")
    assert not each_guest_has_a_mail_after_the_answer(timeline)
    assert timeline.printed == "sent to cat\n" * 3


def asked(endpoint: Callable[..., Any]) -> Timeline:
    app = FastAPI()
    app.get("/", response_model=None)(endpoint)
    return play(app, Story((Request("ann", "/"),)))


async def send(to: str = "ann") -> None:
    await asyncio.sleep(1)
    print(f"sent to {to}")


def through_a_sync_decorator(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any) -> Any:
        return function(*args)

    return wrapper


def through_an_async_decorator(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def wrapper(*args: Any) -> Any:
        return await function(*args)

    return wrapper


@pytest.fixture
def coroutine() -> Iterator[Coroutine[Any, Any, None]]:
    """What the call of an async function gives; closed when the test is over."""
    made = send()
    yield made
    made.close()


def test_a_coroutine_is_no_function_and_never_runs(coroutine: Any) -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(coroutine)

    timeline = asked(endpoint)
    assert (timeline.response("ann").status, timeline.printed) == (200, "")
    assert [event.text for event in timeline.find("task.failed")] == [CALLABLE]


@pytest.mark.parametrize("task", [lambda: send(), through_a_sync_decorator(send)])
def test_what_only_returns_a_coroutine_loses_it_without_an_error(task: Callable[..., Any]) -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(task)

    with pytest.warns(RuntimeWarning, match="coroutine 'send' was never awaited"):
        timeline = asked(endpoint)
    assert (timeline.response("ann").status, timeline.printed) == (200, "")
    assert len(timeline.find("task.finished")) == 1
    assert timeline.end == 0.0


async def generator() -> AsyncIterator[None]:
    await send()
    yield


def test_a_generator_does_not_even_warn() -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(generator)

    timeline = asked(endpoint)
    assert (timeline.response("ann").status, timeline.printed, timeline.end) == (200, "", 0.0)
    assert len(timeline.find("task.finished")) == 1


class Mailer:
    async def __call__(self) -> None:
        await send()

    async def mail(self) -> None:
        await send()


@pytest.mark.parametrize(
    "task",
    [send, functools.partial(send), Mailer(), Mailer().mail, through_an_async_decorator(send)],
)
def test_async_functions_in_all_these_forms_are_awaited(task: Callable[..., Any]) -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(task)

    timeline = asked(endpoint)
    assert (timeline.printed, timeline.end) == ("sent to ann\n", 1.0)
    assert not timeline.find("thread.started")


async def made_by_hand() -> None:
    tasks = BackgroundTasks()
    tasks.add_task(send)


async def in_the_answer() -> dict[str, Any]:
    return {"status": "welcome", "background": BackgroundTask(send)}


@pytest.mark.parametrize("endpoint", [made_by_hand, in_the_answer])
def test_tasks_that_hang_on_no_response_never_run(endpoint: Callable[..., Any]) -> None:
    timeline = asked(endpoint)
    assert (timeline.response("ann").status, timeline.printed) == (200, "")
    assert len(timeline.find("task.skipped", "send")) == 1


def failing(endpoint: Callable[..., Any]) -> str:
    """What an endpoint that answers 500 raises."""
    timeline = asked(endpoint)
    assert timeline.response("ann").status == 500
    return timeline.find("request.failed")[0].text


def test_awaiting_add_task_is_a_500() -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        await tasks.add_task(send)  # type: ignore[func-returns-value, misc]  # the mistake

    assert failing(endpoint).startswith("TypeError: ")
    assert "NoneType" in failing(endpoint)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], "missing 1 required positional argument: 'func'"),
        (["ann"], "super(type, obj): obj "),
    ],
)
def test_the_class_as_a_default_is_a_500(arguments: list[str], error: str) -> None:
    async def endpoint(tasks=BackgroundTasks) -> None:
        tasks.add_task(send, *arguments)

    assert error in failing(endpoint)


def test_starlettes_class_as_a_default_names_the_missing_attribute() -> None:
    async def endpoint(tasks=StarletteTasks) -> None:
        tasks.add_task(send, "ann")

    assert failing(endpoint) == "AttributeError: 'function' object has no attribute 'tasks'"


def with_default(tasks: BackgroundTasks | None = None) -> None: ...


def singular(task: BackgroundTask) -> None: ...


@pytest.mark.parametrize("endpoint", [with_default, singular])
def test_another_annotation_is_refused_at_the_start(endpoint: Callable[..., Any]) -> None:
    with pytest.raises(FastAPIError, match=r"^Invalid args for response field! Hint: check that"):
        FastAPI().get("/")(endpoint)


@pytest.mark.parametrize(
    ("function", "error"),
    [
        (asyncio.create_task, "RuntimeError: no running event loop"),
        (asyncio.gather, "RuntimeError: There is no current event loop in thread"),
    ],
)
def test_asyncios_own_functions_run_in_a_thread_and_find_no_loop(
    function: Callable[..., Any], error: str, coroutine: Any
) -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(function, coroutine)

    timeline = asked(endpoint)
    assert timeline.find("task.failed")[0].text.startswith(error)
    assert timeline.printed == ""


def test_wrong_arguments_are_found_out_after_the_200() -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(send, "ann", "bob")  # type: ignore[call-arg]  # the mistake

    timeline = asked(endpoint)
    assert timeline.response("ann").status == 200
    assert timeline.find("task.failed")[0].text == (
        "TypeError: send() takes from 0 to 1 positional arguments but 2 were given"
    )


def test_whether_to_await_is_asked_of_what_was_stored() -> None:
    source = inspect.getsource(BackgroundTask)
    assert "self.is_async = is_async_callable(func)" in source
    assert (
        "if self.is_async:\n"
        "            await self.func(*self.args, **self.kwargs)\n"
        "        else:\n"
        "            await run_in_threadpool(self.func, *self.args, **self.kwargs)\n"
    ) in source


@pytest.mark.parametrize(("variant", "found"), [("wrong_lambda", True), ("right", False)])
def test_ruff_finds_the_lambda_in_a_loop(variant: str, found: bool) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "B023"]
    path = ROOT / "snippets" / "add_task_call_mistakes" / f"{variant}.py"
    done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
    assert (done.returncode == 1 and "B023 " in done.stdout) is found


TYPED = """
from fastapi import BackgroundTasks
def mail(to: str) -> None: ...
async def asend(to: str) -> None: ...
async def endpoint(tasks: BackgroundTasks) -> None:
    tasks.add_task(mail("ann"))
    tasks.add_task(asend("ann"))
    tasks.add_task(mail)
    tasks.add_task(mail, 1)
    await tasks.add_task(mail, "ann")
    tasks.add_task(lambda: asend("ann"))
"""


def test_mypy_finds_all_but_the_lambda(tmp_path: Path) -> None:
    file = tmp_path / "typed.py"
    file.write_text(TYPED, "utf-8")
    cache = f"--cache-dir={ROOT / '.mypy_cache'}"
    told, _, _ = mypy.run([str(file), cache, "--no-error-summary", "--no-color-output"])
    assert sorted({int(line.split(":")[1]) for line in told.splitlines()}) == [6, 7, 8, 9, 10]
