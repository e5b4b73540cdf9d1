"""Real threads on the virtual clock: locks, queues, pools and executors contend and time out."""

import asyncio
import itertools
import queue
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest
from fastapi import BackgroundTasks, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, QueuePool

from recorder import (
    BudgetSpent,
    Deadlock,
    RealTimeWarning,
    Request,
    Story,
    Timeline,
    play,
    watchdog,
)
from tests.recorder.apps import answering, app_with, run


def ask(endpoint: Callable[..., Any]) -> Timeline:
    return run(answering(endpoint), Request("ann", "/"))


def printed(timeline: Timeline) -> list[tuple[float, str]]:
    return [(event.at, event.text) for event in timeline.find("print")]


def in_threads(count: int, work: Callable[[int], object]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, count + 1)]
    for thread in threads:
        thread.start()
    return threads


def contend(folder: Path, pool_timeout: float) -> Timeline:
    """Two `def` tasks of 3 s each that want the one connection of a pool."""
    url = f"sqlite:///{folder}/shop.db"
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=pool_timeout
    )

    def first() -> None:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
            time.sleep(3)

    def second() -> None:
        with engine.connect():
            time.sleep(3)

    app = FastAPI()
    for task in (first, second):

        @app.post(f"/{task.__name__}")
        async def endpoint(tasks: BackgroundTasks, task=task) -> None:
            tasks.add_task(task)

    try:
        return run(app, Request("ann", "/first", "POST"), Request("bob", "/second", "POST"))
    finally:
        engine.dispose()


def test_two_def_tasks_contend_for_a_pool_of_one_in_virtual_time(tmp_path: Path) -> None:
    timeline = contend(tmp_path, pool_timeout=30)
    ends = [(event.at, event.visitor) for event in timeline.find("task.finished")]
    assert ends == [(3.0, "ann"), (6.0, "bob")]


def test_the_pools_timeout_passes_in_virtual_time(tmp_path: Path) -> None:
    failed = contend(tmp_path, pool_timeout=2).find("task.failed")
    assert [(event.at, event.visitor) for event in failed] == [(2.0, "bob")]
    assert failed[0].text.startswith("TimeoutError: QueuePool limit of size 1 overflow 0 reached")


def test_who_contends_gets_its_turn_in_the_same_order_in_100_runs(tmp_path: Path) -> None:
    assert len({contend(tmp_path, pool_timeout=30).to_json() for _ in range(100)}) == 1


def test_an_async_pool_of_one_contends_and_times_out_too(tmp_path: Path) -> None:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{tmp_path}/shop.db",
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=2,
    )

    async def hold() -> None:
        async with engine.connect() as connection:
            await connection.execute(text("select 1"))
            await asyncio.sleep(3)
        await engine.dispose()

    async def endpoint() -> str:
        holder = asyncio.create_task(hold())
        await asyncio.sleep(0.5)
        try:
            async with engine.connect():
                return "got it"
        except Exception as error:
            return type(error).__name__
        finally:
            await holder

    timeline = ask(endpoint)
    assert timeline.response("ann").body == '"TimeoutError"'
    assert timeline.at("response.finished") == 3.0


def test_a_lock_is_held_in_virtual_time_and_handed_on_in_order() -> None:
    def endpoint() -> None:
        lock = threading.RLock()

        def work(seconds: int) -> None:
            with lock, lock:
                time.sleep(seconds)
                print(seconds)

        for thread in in_threads(3, work):
            thread.join()

    assert printed(ask(endpoint)) == [(1.0, "1"), (3.0, "2"), (6.0, "3")]


def test_a_lock_that_is_imported_by_its_name_is_virtual_too() -> None:
    def endpoint() -> None:
        from threading import Lock as imported

        lock = imported()
        lock.acquire()
        threading.Timer(2, lock.release).start()
        lock.acquire()

    assert ask(endpoint).at("response.finished") == 2.0


def test_waiting_for_a_lock_may_time_out() -> None:
    def endpoint() -> list[Any]:
        lock = threading.Lock()
        lock.acquire()
        found = [lock.acquire(timeout=1.5), time.monotonic()]
        return [*found, lock.acquire(blocking=False), time.monotonic()]

    assert ask(endpoint).response("ann").body == "[false,1.5,false,1.5]"


def test_an_event_a_condition_a_semaphore_and_a_barrier_wait_in_virtual_time() -> None:
    def endpoint() -> list[Any]:
        event, condition = threading.Event(), threading.Condition()
        semaphore, barrier = threading.Semaphore(1), threading.Barrier(2)
        times = []

        def other() -> None:
            time.sleep(1)
            event.set()
            time.sleep(1)
            with condition:
                condition.notify()
            with semaphore:
                time.sleep(1)
            barrier.wait()

        thread = threading.Thread(target=other)
        thread.start()
        event.wait()
        times.append(time.monotonic())
        with condition:
            times.append(condition.wait_for(lambda: time.monotonic() >= 2, timeout=9))
        times.append(time.monotonic())
        barrier.wait()
        times.append(time.monotonic())
        return times

    assert ask(endpoint).response("ann").body == "[1.0,true,2.0,3.0]"


def test_a_queue_hands_over_and_its_get_may_time_out() -> None:
    def endpoint() -> list[Any]:
        found: list[Any] = []
        box: queue.Queue[int] = queue.Queue(maxsize=1)
        simple: queue.SimpleQueue[int] = queue.SimpleQueue()

        def produce(_: int) -> None:
            for number in (1, 2):
                time.sleep(1)
                box.put(number)
            simple.put(3)

        in_threads(1, produce)
        found += [box.get(), time.monotonic(), box.get(), simple.get(), time.monotonic()]
        try:
            box.get(timeout=4)
        except queue.Empty:
            found.append(time.monotonic())
        return found

    assert ask(endpoint).response("ann").body == "[1,1.0,2,3,2.0,6.0]"


def test_a_join_waits_for_the_thread_and_may_time_out() -> None:
    def endpoint() -> list[Any]:
        (thread,) = in_threads(1, lambda _: time.sleep(3))
        thread.join(timeout=1)
        found = [thread.is_alive(), time.monotonic()]
        thread.join()
        return [*found, thread.is_alive(), time.monotonic()]

    assert ask(endpoint).response("ann").body == "[true,1.0,false,3.0]"


def test_an_executors_futures_are_waited_for_in_virtual_time_and_order() -> None:
    def work(seconds: int) -> int:
        time.sleep(seconds)
        return seconds

    def endpoint() -> list[Any]:
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(work, seconds) for seconds in (3, 1, 1)]
            order = [future.result() for future in as_completed(futures)]
            done, _ = wait(futures)
            return [order, len(done), list(pool.map(work, (1, 2)))]

    timeline = ask(endpoint)
    assert timeline.response("ann").body == "[[1,1,3],3,[1,2]]"
    assert timeline.at("response.finished") == 5.0
    assert len({ask(endpoint).to_json() for _ in range(20)}) == 1


def test_an_executor_without_a_size_has_the_same_everywhere() -> None:
    def endpoint() -> int:
        return ThreadPoolExecutor()._max_workers

    assert ask(endpoint).response("ann").body == "32"


def test_an_event_loop_of_a_threads_own_runs_on_the_same_clock() -> None:
    async def inner() -> float:
        await asyncio.gather(asyncio.sleep(2), asyncio.to_thread(time.sleep, 3))
        return time.monotonic()

    def endpoint() -> float:
        return asyncio.run(inner())

    assert ask(endpoint).response("ann").body == "3.0"


def test_a_thread_calls_back_into_the_event_loop() -> None:
    async def nap(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return time.monotonic()

    def endpoint() -> list[float]:
        return [anyio.from_thread.run(nap, 1), anyio.from_thread.run_sync(time.monotonic)]

    assert ask(endpoint).response("ann").body == "[1.0,1.0]"

    async def threadsafe() -> list[float]:
        loop = asyncio.get_running_loop()
        handed: Future[float] = Future()

        def work() -> None:
            time.sleep(2)
            loop.call_soon_threadsafe(lambda: handed.set_result(time.monotonic()))
            asyncio.run_coroutine_threadsafe(nap(1), loop).result()

        thread = threading.Thread(target=work)
        thread.start()
        first = await asyncio.wrap_future(handed)
        await asyncio.to_thread(thread.join)
        return [first, time.monotonic()]

    assert ask(threadsafe).response("ann").body == "[2.0,3.0]"


def test_the_apps_own_threads_are_seen_with_their_visitor() -> None:
    def work(seconds: int) -> None:
        time.sleep(seconds)

    def endpoint() -> None:
        in_threads(2, work)

    timeline = ask(endpoint)
    ends = [(e.name, e.at, e.visitor) for e in timeline.find("thread.finished", visitor="ann")]
    assert ends[1:] == [("endpoint/work", 1.0, "ann"), ("endpoint/work (2)", 2.0, "ann")]


def test_a_threads_error_is_printed_as_python_does() -> None:
    def endpoint() -> None:
        threading.Thread(target=lambda: 1 / 0, name="shop").start()

    said = ask(endpoint).printed
    assert said.startswith("Exception in thread shop:\nTraceback")
    assert said.endswith("ZeroDivisionError: division by zero\n")


def test_a_thread_that_waits_for_ever_ends_with_the_run() -> None:
    def endpoint() -> None:
        in_threads(3, lambda _: threading.Event().wait())

    before = threading.active_count()
    assert ask(endpoint).response("ann").status == 200
    assert threading.active_count() == before


def test_a_deadlock_of_two_threads_names_both_and_who_holds_what() -> None:
    def endpoint() -> None:
        locks = threading.Lock(), threading.Lock()

        def work(n: int) -> None:
            with locks[n - 1]:
                time.sleep(1)
                with locks[n - 2]:
                    pass

        threads = [threading.Thread(target=work, args=(n,), name=f"T{n}") for n in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    with pytest.raises(Deadlock) as caught:
        ask(endpoint)
    said = str(caught.value)
    assert "T1 waits for a lock held by T2 at " in said
    assert "T2 waits for a lock held by T1 at " in said
    assert "waits for the end of T1 at " in said
    assert "test_threads.py:" in said


def test_an_event_loop_that_waits_for_a_lock_nobody_gives_back_is_a_deadlock() -> None:
    async def endpoint() -> None:
        lock = threading.Lock()
        lock.acquire()
        try:
            lock.acquire()
        except Exception:
            print("nobody may catch it")

    with pytest.raises(Deadlock, match=r"the event loop waits for a signal at .*in endpoint$"):
        ask(endpoint)


def test_a_busy_wait_for_a_lock_ends_when_the_lock_is_free() -> None:
    def endpoint() -> float:
        lock = threading.Lock()
        lock.acquire()
        threading.Timer(0.5, lock.release).start()
        while not lock.acquire(blocking=False):
            pass
        return round(time.monotonic(), 2)

    assert ask(endpoint).response("ann").body == "0.5"


def test_an_event_loop_that_polls_sees_a_thread_end() -> None:
    async def endpoint() -> float:
        work = asyncio.ensure_future(asyncio.to_thread(time.sleep, 0.01))
        while not work.done():
            await asyncio.sleep(0)
        return round(time.monotonic(), 2)

    assert ask(endpoint).response("ann").body == "0.01"


def test_an_endless_thread_of_the_apps_own_is_stopped_and_its_line_named() -> None:
    def spin() -> None:
        while True:
            sum(range(10))

    def endpoint() -> None:
        threading.Thread(target=spin).start()
        time.sleep(1)

    with pytest.raises(BudgetSpent, match=r"test_threads\.py:\d+ in spin: still running"):
        play(answering(endpoint), Story((Request("ann", "/"),), budget=0.3))


def test_after_a_run_threads_and_locks_are_real_again() -> None:
    kept: list[Any] = []

    async def keep() -> None:
        kept.extend([threading.Lock(), queue.SimpleQueue(), threading.Condition()])

    run(app_with(keep))
    lock, box, condition = kept
    began = time.perf_counter()
    with lock, condition:
        assert not lock.acquire(timeout=0.05)
        assert not condition.wait(timeout=0.05)
    thread = threading.Thread(target=box.put, args=(1,))
    thread.start()
    assert box.get() == 1
    thread.join()
    assert time.perf_counter() - began >= 0.1
    assert "recorder" not in type(threading.Lock()).__module__
    assert threading.Thread.start.__module__ == "threading"


def test_sqlite_in_a_thread_of_its_own_is_closed_where_it_was_opened(tmp_path: Path) -> None:
    def work(n: int) -> None:
        connection = sqlite3.connect(tmp_path / f"{n}.db")
        connection.execute("create table a (b)")
        time.sleep(n)
        connection.close()

    def endpoint() -> None:
        for thread in in_threads(2, work):
            thread.join()

    assert ask(endpoint).at("response.finished") == 2.0


def test_sqlite_waits_for_a_locked_database_in_virtual_time(tmp_path: Path) -> None:
    def write(seconds: int) -> None:
        connection = sqlite3.connect(tmp_path / "shop.db", timeout=4, isolation_level=None)
        try:
            connection.execute("begin immediate")
            time.sleep(seconds)
            connection.execute("commit")
            print("written")
        except sqlite3.OperationalError as error:
            print(error)
        finally:
            connection.close()

    def endpoint() -> None:
        for thread in in_threads(1, lambda _: write(3)) + in_threads(1, lambda _: write(9)):
            thread.join()
        for thread in in_threads(1, lambda _: write(9)) + in_threads(1, lambda _: write(3)):
            thread.join()

    said = printed(ask(endpoint))
    assert [text for _, text in said] == ["written", "written", "database is locked", "written"]
    assert said[0][0] == 3.0
    assert 3.0 <= said[1][0] - 9.0 < 3.2  # it looks again every tenth of a second


def test_sqlites_calendar_is_virtual() -> None:
    async def endpoint() -> list[str]:
        await asyncio.sleep(60)
        with sqlite3.connect(":memory:") as connection:
            found = connection.execute("select current_timestamp, datetime('now')").fetchone()
        connection.close()
        return list(found)

    day = "2026-01-01 09:01:00"
    assert ask(endpoint).response("ann").body == f'["{day}","{day}"]'
    outside = sqlite3.connect(":memory:")
    assert outside.execute("select current_timestamp").fetchone()[0] > "2026-11"
    outside.close()


def test_a_wait_in_real_time_is_told_with_its_line() -> None:
    async def endpoint() -> None:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(2.5)"], check=True)

    with pytest.warns(RealTimeWarning, match=r"test_threads\.py:\d+ in endpoint: waits in real"):
        ask(endpoint)


def test_being_kept_from_a_processor_is_no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endpoint() -> None:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(2.5)"], check=True)

    queued = itertools.count()
    monkeypatch.setattr(watchdog, "_queued", lambda _: float(next(queued)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ask(endpoint)
    assert next(queued) > 5


def test_computing_for_long_is_no_wait() -> None:
    async def endpoint() -> None:
        began = time.thread_time()
        while time.thread_time() - began < 1.5:
            sum(range(1000))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ask(endpoint)
