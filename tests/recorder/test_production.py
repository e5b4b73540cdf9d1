"""What an app does in production, and what a hasty model gets wrong."""

import asyncio
import logging
import subprocess
import sys
import time
from contextvars import ContextVar

import anyio
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from recorder import Deadlock, Request, Story, Timeline, play
from tests.recorder.apps import answering, app_with, file, run


def ask(endpoint, path: str = "/") -> Timeline:
    return run(answering(endpoint), Request("ann", path))


def test_timers_for_one_instant_fire_in_the_order_they_were_set_in() -> None:
    async def job(number: int) -> None:
        await asyncio.sleep(1)
        print(number)

    async def endpoint() -> None:
        await asyncio.gather(*(job(number) for number in range(9)))

    assert ask(endpoint).printed.split() == [str(number) for number in range(9)]


def test_visitors_of_one_instant_come_in_the_order_of_the_story() -> None:
    async def ping() -> None: ...

    timeline = run(answering(ping), *(Request(f"v{n}", "/", at=1.0) for n in range(9)))
    received = [event.visitor for event in timeline.find("request.received")]
    assert received == [f"v{n}" for n in range(9)]


def test_sets_of_tasks_are_walked_in_the_same_order_in_each_run() -> None:
    async def work(number: int) -> int:
        await asyncio.sleep(1)
        return number

    async def endpoint() -> list[int]:
        done, _ = await asyncio.wait([asyncio.create_task(work(n)) for n in range(7)])
        return [task.result() for task in done]

    assert len({ask(endpoint).to_json() for _ in range(20)}) == 1


def test_a_cancelled_error_of_the_app_is_a_500_and_not_the_end_of_play() -> None:
    async def endpoint() -> None:
        task = asyncio.create_task(asyncio.sleep(5))
        task.cancel()
        await task

    timeline = ask(endpoint)
    assert (timeline.response("ann").status, len(timeline.find("request.failed"))) == (500, 1)


def test_a_def_endpoint_and_its_dependency_show_their_threads() -> None:
    def dependency() -> None:
        time.sleep(1)

    def endpoint(needed: None = Depends(dependency)) -> None:
        time.sleep(2)

    timeline = ask(endpoint)
    assert [(e.name, e.at) for e in timeline.find("thread.finished")] == [
        ("dependency", 1.0),
        ("endpoint", 3.0),
    ]


def test_a_failure_that_is_no_tasks_is_noted_even_after_a_task_ran() -> None:
    app = FastAPI()

    async def dependency():
        yield
        raise ValueError("teardown")

    @app.get("/", dependencies=[Depends(dependency)])
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(time.sleep, 1)

    timeline = run(app, Request("ann", "/"))
    assert [e.text for e in timeline.find("request.failed")] == ["ValueError: teardown"]
    assert timeline.at("task.finished", "sleep") == 1.0


def test_a_thread_goes_on_when_nobody_waits_for_it_any_more() -> None:
    def work() -> None:
        time.sleep(5)
        print("done")

    async def endpoint() -> str:
        try:
            await asyncio.wait_for(asyncio.to_thread(work), 1)
        except TimeoutError:
            return "timeout"
        return "in time"

    timeline = ask(endpoint)
    assert (timeline.response("ann").body, timeline.at("response.finished")) == ('"timeout"', 1.0)
    assert timeline.at("print") == timeline.at("thread.finished", "work") == 5.0


def test_what_runs_after_the_last_request_is_recorded_to_its_end() -> None:
    kept = []

    async def second() -> None:
        await asyncio.sleep(1)

    async def first() -> None:
        await asyncio.sleep(1)
        kept.append(asyncio.create_task(second()))

    async def endpoint() -> None:
        kept.append(asyncio.create_task(first()))
        asyncio.get_running_loop().call_later(5, print, "later")

    timeline = ask(endpoint)
    assert [event.at for event in timeline.find("task.finished")] == [1.0, 2.0]
    assert timeline.at("print") == 5.0


def test_an_executor_has_as_many_threads_as_it_says_and_gets_no_context() -> None:
    from concurrent.futures import ThreadPoolExecutor

    who: ContextVar[str] = ContextVar("who", default="nobody")

    def work() -> str:
        time.sleep(1)
        return who.get()

    async def endpoint() -> list[str]:
        who.set("ann")
        loop, pool = asyncio.get_running_loop(), ThreadPoolExecutor(1)
        return await asyncio.gather(*(loop.run_in_executor(pool, work) for _ in range(3)))

    timeline = ask(endpoint)
    assert [event.at for event in timeline.find("thread.finished")] == [1.0, 2.0, 3.0]
    assert len(timeline.find("thread.waiting")) == 2
    assert timeline.response("ann").body == '["nobody","nobody","nobody"]'


def test_a_clean_up_that_never_ends_is_stopped_and_prints_nothing(tmp_path) -> None:
    code = """
import asyncio
from fastapi import FastAPI
app = FastAPI()
kept = []
async def work():
    try:
        await asyncio.sleep(1e6)
    finally:
        print("cleanup")
@app.get("/")
async def endpoint():
    kept.append(asyncio.create_task(work()))
"""
    path = file(tmp_path, code)
    command = [sys.executable, "-m", "recorder", "play", str(path), "--request", "GET /", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.startswith('{"format": 1')) == (0, True), done.stderr


def test_sleeping_for_ever_is_a_deadlock_and_very_long_is_not() -> None:
    async def long() -> None:
        await asyncio.sleep(2e7)

    assert run(app_with(long)).at("task.finished", "long") == 2e7
    with pytest.raises(Deadlock):
        run(app_with(anyio.sleep_forever))


def test_a_busy_loop_on_the_clock_ends() -> None:
    async def spin() -> None:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            pass

    assert round(run(app_with(spin)).at("task.finished", "spin"), 2) == 0.5


@pytest.mark.parametrize(
    "read",  # looked up in the run, not here, where time is real
    [lambda: time.ctime(), lambda: time.strftime("%c"), lambda: time.localtime()],
    ids=["ctime", "strftime", "localtime"],
)
def test_no_real_date_leaks_into_a_run(read) -> None:
    async def endpoint() -> str:
        return str(read())

    told = ask(endpoint).response("ann").body
    assert "Jan" in told or "tm_mon=1," in told  # virtual second 0 is in January 2026
    assert ask(endpoint).to_json() == ask(endpoint).to_json()


def test_a_log_line_with_wrong_arguments_fails_nothing() -> None:
    async def endpoint() -> None:
        logging.getLogger("shop").warning("%d apples", "many")

    timeline = ask(endpoint)
    assert timeline.response("ann").status == 200
    assert timeline.find("log")[0].text == "WARNING %d apples"


def test_headers_and_addresses_that_are_not_ascii_arrive() -> None:
    async def endpoint(q: str) -> Response:
        return Response(q, headers={"x-name": "é"})

    timeline = ask(endpoint, "/?q=中文")
    assert timeline.response("ann").body == "中文"
    assert dict(timeline.response("ann").headers)["x-name"] == "é"


def test_sending_after_the_end_of_a_response_is_an_error_as_on_uvicorn() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})
        await send({"type": "http.response.body", "body": b"more"})

    timeline = play(app, Story((Request("ann", "/"),)))
    assert timeline.response("ann").body == "done"
    assert timeline.find("request.failed")[0].text.startswith("RuntimeError: Unexpected ASGI")


def test_an_app_that_answers_nothing_is_a_500_and_head_has_no_body() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None: ...

    assert play(app, Story((Request("ann", "/"),))).response("ann").status == 500

    async def endpoint() -> str:
        return "hello"

    head = FastAPI()
    head.head("/")(endpoint)
    answer = run(head, Request("ann", "/", "HEAD")).response("ann")
    assert (answer.status, answer.body) == (200, "")


@pytest.mark.parametrize(
    ("wanted", "lacks"),
    [
        (lambda: asyncio.open_connection("127.0.0.1", 1), "sockets"),
        (lambda: asyncio.open_unix_connection("/nowhere"), "sockets"),
        (lambda: asyncio.create_subprocess_exec("true"), "subprocesses"),
    ],
    ids=["connection", "unix connection", "subprocess"],
)
def test_what_the_event_loop_lacks_is_named(wanted, lacks: str) -> None:
    async def endpoint() -> None:
        await wanted()

    (failed,) = ask(endpoint).find("request.failed")
    assert failed.text == f"NotImplementedError: the virtual event loop has no {lacks}"
