"""How long other clients wait beside tasks: "event-loop-blocking", "threadpool-limit", "cpu-bound".

One run after the other: what is measured here is what each run does to the processor.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from evidence.probes import probe
from evidence.processes import ProbeError, until
from evidence.repeating import repeat
from evidence.rows import Finding, Value
from evidence.servers.setups import named
from evidence.serving import APPS, PATIENCE_S, Served

SETUP = named("uvicorn-httptools")
TASK_S = 2.0
EVERY_S = 1 / 60
RUNS = 3
THREADS = 40  # what AnyIO has for all `def` endpoints and tasks
# Each kind of task by its page; nothing is what the machine and the probe itself take.
KINDS = {
    "nothing": "event-loop-blocking",
    "async": "event-loop-blocking",
    "def": "event-loop-blocking",
    "blocking": "event-loop-blocking",
    "blocking-cpu": "cpu-bound",
    "def-cpu": "cpu-bound",
    "def-gil": "cpu-bound",
}
Waits = dict[str, list[float]]


async def _ask(port: int, path: str, at: float) -> float:
    """Send a request at a moment of the loop's clock; the milliseconds until all of it is there."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(at - loop.time())
    began = loop.time()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: probe\r\nconnection: close\r\n\r\n".encode())
    answer = await reader.read()
    took = loop.time() - began
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200"):
        raise ProbeError(f"{path} answered {answer!r}")
    return took * 1000


async def _ask_all(port: int) -> Waits:
    """Ask two endpoints evenly for as long as a task takes, whether or not answers come.

    Who waits for each answer before the next question asks seldom while it matters most.
    """
    began = asyncio.get_running_loop().time() + 0.01
    moments = [began + number * EVERY_S for number in range(round(TASK_S / EVERY_S))]
    paths = ("/ping", "/ping-in-def")
    waits = await asyncio.gather(*(_ask(port, path, at) for at in moments for path in paths))
    return {path: waits[number :: len(paths)] for number, path in enumerate(paths)}


def _begin(served: Served, kind: str, tasks: int) -> None:
    """Start tasks; return when all that can run do."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: served.post(f"/{kind}?seconds={TASK_S}"), range(tasks)))
    running, words = min(tasks, THREADS), f"started {kind}\n"
    until(lambda: served.log.count(words) >= running, PATIENCE_S, f"{running} tasks")


def waits_beside(kind: str, tasks: int = 1) -> Waits:
    """The milliseconds that each request waited, by its endpoint."""
    with SETUP.serving(APPS / "tasks.py", "--no-access-log") as served:
        served.post("/def?seconds=0")  # what the first request costs is not the lesson
        if kind != "nothing":
            _begin(served, kind, tasks)
        return asyncio.run(_ask_all(served.port))


def percentile(values: list[float], percent: int) -> float:
    """The least value that so many percent of all do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def result(runs: list[Waits]) -> dict[str, Value]:
    """The runs as the values of a row: percentiles of each run."""
    values: dict[str, Value] = {
        f"{name}p{percent}_ms": [round(percentile(run[path], percent), 1) for run in runs]
        for name, path in (("", "/ping"), ("def_endpoint_", "/ping-in-def"))
        for percent in (50, 99)
    }
    return values | {"requests_count": len(runs[0]["/ping"]), "task_s": TASK_S}


@probe(watches_s=120)
def beside_a_task() -> Iterator[Finding]:
    """An `async def` and a `def` endpoint beside a task of each kind."""
    for kind, claim in KINDS.items():
        runs = repeat(partial(waits_beside, kind), RUNS)
        yield SETUP.finding("latency", claim, result(runs), RUNS, task=kind)


@probe(watches_s=90)
def beside_many_tasks() -> Iterator[Finding]:
    """The same beside as many `def` tasks as there are threads, and round that number."""
    for tasks in (39, 40, 41, 80):
        runs = repeat(partial(waits_beside, "def", tasks), RUNS)
        values = result(runs) | {"tasks_count": tasks, "threads_count": THREADS}
        yield SETUP.finding("latency", "threadpool-limit", values, RUNS, task=f"{tasks}-def")
