"""Background tasks in a real uvicorn: how long they may run, and what ends them."""

import signal
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx

from evidence.probes import probe
from evidence.queues.tools import (
    CLAIM,
    Web,
    Workplace,
    celery_versions,
    installed,
    repeat,
    same,
    seconds,
    workplace,
)
from evidence.rows import Finding

WEB = ("fastapi", "starlette", "uvicorn")


def _add(web: Web, kind: str, seconds_each: float, name: str = "task") -> None:
    params: dict[str, str | float] = {"name": name, "seconds": seconds_each}
    httpx.post(f"{web.url}/{kind}", params=params).raise_for_status()


@probe
def long_tasks() -> Iterator[Finding]:
    """Tasks of 35 s: is there a limit of 30 s anywhere?"""
    task_s = 35
    with workplace() as place, place.web() as web:
        _add(web, "async-task", task_s, "async")
        _add(web, "def-task", task_s, "def")
        ended = [place.finishes(name, task_s + 5) for name in ("async", "def")]
    yield Finding(
        "uvicorn-35-s-tasks",
        CLAIM,
        {
            "zh": "默认配置的 uvicorn，后台任务要跑 35 秒：会被超时杀掉吗？",
            "en": "A uvicorn with default settings, background tasks of 35 s: does a timeout "
            "kill them?",
        },
        installed(*WEB),
        {"async_def_finished": ended[0], "def_finished": ended[1], "task_s": task_s},
    )


@probe
def stopped_web_process() -> Iterator[Finding]:
    """SIGTERM in the middle of a task, without and with a limit to the graceful shutdown."""
    for row_id, options, zh, en in (
        ("uvicorn-sigterm", (), "默认配置", "default settings"),
        (
            "uvicorn-sigterm-limit",
            ("--timeout-graceful-shutdown", "1"),
            "--timeout-graceful-shutdown 1",
            "--timeout-graceful-shutdown 1",
        ),
    ):
        found = repeat(lambda o=options: _stopped(o), 3)  # type: ignore[misc]
        yield Finding(
            row_id,
            CLAIM,
            {
                "zh": f"{zh}，3 秒的后台任务刚开始，uvicorn 收到 SIGTERM：任务做得完吗？",
                "en": f"{en}, SIGTERM to uvicorn when background tasks of 3 s have begun: do they "
                "finish?",
            },
            installed(*WEB),
            {
                "async_def_finished": same([one[0] for one in found]),
                "def_finished": same([one[1] for one in found]),
                "exit_after_s": seconds([one[2] for one in found]),
                "task_s": 3,
            },
            runs=3,
        )


def _stopped(options: tuple[str, ...]) -> tuple[bool, bool, float]:
    with workplace() as place, place.web(*options) as web:
        for kind in ("async", "def"):
            _add(web, f"{kind}-task", 3, kind)
            place.await_marks(f"started {kind}")
        web.program.send(signal.SIGTERM)
        took = web.program.ends()
        return bool(place.marks("finished async")), bool(place.marks("finished def")), took


@probe
def client_leaves() -> Iterator[Finding]:
    """The client resets its connection, after the response or before it."""

    def finished() -> tuple[bool, bool]:
        with workplace() as place, place.web() as web:
            for name, seconds_before in (("after", 0.0), ("before", 1.0)):
                _leave(web, name, seconds_before, place)
            return place.finishes("after", 8), place.finishes("before", 8)

    found = repeat(finished, 3)
    yield Finding(
        "client-leaves",
        CLAIM,
        {
            "zh": "客户端在收到响应之后、之前断开连接：3 秒的后台任务还会做完吗？",
            "en": "The client resets its connection after the response, or before it: does a "
            "background task of 3 s finish?",
        },
        installed(*WEB),
        {
            "left_after_response_finished": same([one[0] for one in found]),
            "left_before_response_finished": same([one[1] for one in found]),
        },
        runs=3,
    )


def _leave(web: Web, name: str, seconds_before: float, place: Workplace) -> None:
    """Ask for a task of 3 s, and reset the connection once the request or the task has begun."""
    host = web.url.removeprefix("http://")
    path = f"/slow-answer?name={name}&seconds=3&before={seconds_before}"
    address, port = host.split(":")
    with socket.create_connection((address, int(port))) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        place.await_marks(f"{'asked' if seconds_before else 'started'} {name}")


@probe
def killed_web_process() -> Iterator[Finding]:
    """SIGKILL right after the response, with a background task begun and a job queued."""
    watched_s = 10

    def lost_and_done() -> tuple[bool, bool]:
        with workplace() as place:
            with place.web() as web:
                httpx.post(f"{web.url}/delay-in-def").raise_for_status()
                _add(web, "def-task", 3)
                place.await_marks("started task")
                web.program.send(signal.SIGKILL)
                web.program.ends()
            with place.web(), place.worker():
                done = place.finishes("job", watched_s)
                return place.finishes("task", watched_s), done

    found = repeat(lost_and_done, 3, at_once=3)
    yield Finding(
        "web-process-kill",
        CLAIM,
        {
            "zh": "响应刚发出，Web 进程就被 SIGKILL 再重启：后台任务和入队的任务各会怎样？",
            "en": "SIGKILL to the web process right after the response, then a restart: what "
            "becomes of a background task, and of a job queued with Celery?",
        },
        celery_versions() | installed(*WEB),
        {
            "background_task_finished": same([one[0] for one in found]),
            "queued_job_finished": same([one[1] for one in found]),
            "watched_s": watched_s,
        },
        runs=3,
    )


@probe
def full_thread_pool() -> Iterator[Finding]:
    """A `def` endpoint, when `def` tasks of 4 s hold 39 or 40 threads."""
    with_39 = repeat(lambda: _pings_with(39), 3)
    with_40 = repeat(lambda: _pings_with(40), 3)
    yield Finding(
        "def-tasks-fill-the-pool",
        CLAIM,
        {
            "zh": "39 个、40 个 def 后台任务各占一个线程时，一个 def 路由函数要等多久？",
            "en": "While 39 or 40 def background tasks hold a thread each, how long does a def "
            "endpoint take?",
        },
        installed("anyio", *WEB),
        {
            "with_39_tasks_s": seconds([one[0] for one in with_39]),
            "with_40_tasks_s": seconds([one[0] for one in with_40]),
            "async_endpoint_with_40_tasks_s": seconds([one[1] for one in with_40]),
            "task_s": 4,
        },
        runs=3,
    )


def _pings_with(tasks: int) -> tuple[float, float]:
    """Seconds that a `def` and an `async def` endpoint take while so many tasks run."""
    with workplace() as place, place.web() as web:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: _add(web, "def-task", 4, "x"), range(tasks)))
        place.await_marks("started x", tasks)
        free = _get(web, "ping")
        return _get(web, "ping-in-def"), free


def _get(web: Web, path: str) -> float:
    began = time.perf_counter()
    httpx.get(f"{web.url}/{path}", timeout=30).raise_for_status()
    return time.perf_counter() - began
