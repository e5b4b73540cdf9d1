"""What threads are made of in the browser: suspended stacks, or calls where there are none."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from recorder import Request, Story, Timeline, play_file
from tests.recorder.apps import file
from tests.recorder.in_node import essence, in_node, job

pytestmark = pytest.mark.verify

HEAD = """\
import asyncio
import contextvars
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import anyio.to_thread
from fastapi import FastAPI

app = FastAPI()
name = contextvars.ContextVar("name", default="")


async def later(seconds):
    await asyncio.sleep(seconds)
    return asyncio.get_running_loop().time()


@app.get("/")
"""
# Endpoints that work in both forms.
WORKING = {
    "a thread has a context, an error at hand, data, a name and an event loop of its own": """\
def endpoint():
    said, local = [], threading.local()

    def work(seconds):
        name.set(seconds)
        local.mine = seconds
        try:
            raise ValueError(seconds)
        except ValueError:
            time.sleep(seconds)
            end = asyncio.run(later(seconds))
            error = str(sys.exc_info()[1])
            said.append([name.get(), local.mine, end, error, threading.current_thread().name])

    threads = [threading.Thread(target=work, args=(n,), name=f"T{n}") for n in (1, 3, 5)]
    try:
        raise KeyError("mine")
    except KeyError:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        said += [name.get(), hasattr(local, "mine"), repr(sys.exc_info()[1])]
        return *said, time.monotonic()
""",
    "the thread pool has forty places": """\
async def endpoint():
    await asyncio.gather(*(anyio.to_thread.run_sync(time.sleep, 1) for _ in range(81)))
    return time.monotonic()
""",
    "an executor has as many as it was given, also while it is busy": """\
async def endpoint():
    with ThreadPoolExecutor(max_workers=2) as pool:
        loop = asyncio.get_running_loop()
        first = [loop.run_in_executor(pool, time.sleep, 1) for _ in range(3)]
        await asyncio.sleep(0.5)
        second = [loop.run_in_executor(pool, time.sleep, 1) for _ in range(2)]
        await asyncio.gather(*first)
        middle = time.monotonic()
        await asyncio.gather(*second)
        return middle, time.monotonic()
""",
    "a thread is waited for, and for so long": """\
def endpoint():
    thread = threading.Thread(target=time.sleep, args=(3,))
    thread.start()
    thread.join(1)
    alive = thread.is_alive(), time.monotonic()
    thread.join()
    return *alive, thread.is_alive(), time.monotonic()
""",
    "the event loop waits for what a thread does": """\
async def endpoint():
    done, held = threading.Event(), threading.Lock()

    def work():
        time.sleep(2)
        done.set()
        with held:
            time.sleep(2)

    thread = threading.Thread(target=work)
    thread.start()
    done.wait()
    at = time.monotonic()
    thread.join()
    return at, time.monotonic()
""",
}

# Those in which a thread waits for what another one has yet to do.
WAITING = {
    "for an event": """\
async def endpoint():
    asked = threading.Event()

    def work():
        asked.wait()

    thread = threading.Thread(target=work)
    thread.start()
    await asyncio.sleep(1)
    asked.set()
    thread.join()
    return time.monotonic()
""",
    "for the event loop": """\
def endpoint():
    return anyio.from_thread.run(later, 1)
""",
    "for a lock": """\
async def endpoint():
    lock = threading.Lock()
    lock.acquire()

    def work():
        lock.acquire()

    thread = threading.Thread(target=work)
    thread.start()
    await asyncio.sleep(1)
    lock.release()
    thread.join()
    return time.monotonic()
""",
}
DEADLOCK = """\
async def endpoint():
    one, two = threading.Lock(), threading.Lock()

    def work(first, second):
        with first:
            time.sleep(1)
            second.acquire()

    threading.Thread(target=work, args=(one, two), name="T1").start()
    threading.Thread(target=work, args=(two, one), name="T2").start()
    await asyncio.Event().wait()
"""
GREENLETS = """\
def endpoint():
    from greenlet import GreenletExit, getcurrent, greenlet

    class Sharing(greenlet):
        def __init__(self, run):
            super().__init__(run, getcurrent())
            if hasattr(self, "gr_context"):
                self.gr_context = self.parent.gr_context

    said, here = [], getcurrent()

    def child(one, two=0):
        said.append([one, two, getcurrent() is not here, bool(getcurrent()), name.get()])
        name.set("child")
        said.append(getcurrent().parent.switch("first"))
        try:
            time.sleep(1)
            getcurrent().parent.switch("a", "b")
        except KeyError as error:
            said.append(repr(error))
        return "end"

    def failing():
        try:
            getcurrent().parent.switch(1)
        finally:
            said.append("finally")

    name.set("parent")
    made = Sharing(child)
    said += [bool(made), made.switch(1, two=2), name.get(), made.dead]
    said += [made.switch("second"), made.throw(KeyError("thrown")), made.dead, bool(made)]
    said += [made.switch("third"), getcurrent() is here]
    for error in (ValueError("mine"), GreenletExit()):
        other = Sharing(failing)
        other.switch()
        try:
            said.append(repr(other.throw(error)))
        except ValueError as caught:
            said.append(repr(caught))
    try:
        Sharing(child).throw(OSError("unbegun"))
    except OSError as caught:
        said.append(repr(caught))
    return said, time.monotonic()
"""


EVERY = {**WORKING, **WAITING, "deadlock": DEADLOCK, "greenlets": GREENLETS}
STORY = Story((Request("ann", "/"), Request("bob", "/nothing", at=0.5)))


def played(can_suspend: bool) -> dict[str, Any]:
    jobs = [job(HEAD + one, story=asdict(STORY)) for one in EVERY.values()]
    told = in_node([{"play": one} for one in jobs], can_suspend)
    return dict(zip(EVERY, map(json.loads, told), strict=True))


@pytest.fixture(scope="module")
def on_stacks() -> dict[str, Any]:
    return played(can_suspend=True)


@pytest.fixture(scope="module")
def inline() -> dict[str, Any]:
    return played(can_suspend=False)


def here(title: str, folder: Path) -> Timeline:
    """What it does in CPython."""
    found = play_file(file(folder, HEAD + EVERY[title]), STORY)
    assert found.response("ann").status == 200, found.to_json()
    return found


def there(told: dict[str, Any]) -> Timeline:
    """What it does in the browser's Python."""
    assert told["error"] is None
    return Timeline.from_json(json.dumps(told["recording"]))


@pytest.mark.parametrize("title", [*WORKING, *WAITING, "greenlets"])
def test_on_a_stack_of_its_own_a_thread_does_what_it_does_here(
    title: str, on_stacks: dict[str, Any], tmp_path: Path
) -> None:
    assert essence(there(on_stacks[title])) == essence(here(title, tmp_path))


@pytest.mark.parametrize("title", WORKING)
def test_a_thread_that_waits_for_nobody_does_the_same_in_one_call(
    title: str, inline: dict[str, Any], tmp_path: Path
) -> None:
    assert essence(there(inline[title])) == essence(here(title, tmp_path))


@pytest.mark.parametrize("title", WAITING)
def test_one_that_would_wait_for_another_there_ends_the_run_with_its_line(
    title: str, inline: dict[str, Any]
) -> None:
    error = inline[title]["error"]
    assert error["kind"] == "deadlock"
    why = "has to wait, and here no thread can be suspended: each runs to its end at once ("
    assert why in error["message"]
    assert re.search(r" waits for a (signal|lock held by .+) at \S+\.py:\d+ in ", error["message"])


def test_a_deadlock_names_threads_and_lines_on_stacks_too(on_stacks: dict[str, Any]) -> None:
    told = on_stacks["deadlock"]["error"]["message"]
    for one, other in (("T1", "T2"), ("T2", "T1")):
        assert re.search(rf"{one} waits for a lock held by {other} at \S+\.py:27 in work", told)
