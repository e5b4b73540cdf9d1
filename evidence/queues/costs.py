"""What queueing a job costs the endpoint that does it: milliseconds, or an error, or the loop."""

import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from evidence.processes import ProbeError, happens
from evidence.queues.scenarios import scenario
from evidence.queues.stage import Stage

LATER_CALLS = 20
WEB = ("fastapi", "uvicorn")


@scenario(runs=5, alone=True, more_versions=WEB, later_calls=LATER_CALLS)
def enqueue_cost(place: Stage) -> dict[str, Any]:
    """The call in an `async def` endpoint: a process's first, and the median of the next ones."""
    with place.web():
        _ping(place)
        took = [_call(place) for _ in range(LATER_CALLS + 1)]
    return {"first_call_ms": took[0], "later_call_ms": statistics.median(took[1:])}


def _call(place: Stage) -> float:
    return float(place.post("job", "job", 0).raise_for_status().json())


@scenario(alone=True, more_versions=WEB)
def broker_down(place: Stage) -> dict[str, Any]:
    """Nobody listens at the broker's port: an `async def` endpoint's first call, and a ping."""
    if not place.broker:
        raise ProbeError(f"{place.tool.name} has no broker to stop")
    place.broker.stop()
    with place.web() as web, ThreadPoolExecutor(1) as pool:
        _ping(place)
        call = pool.submit(_fails, place)
        place.await_marks("calls enqueue")
        ping_s = _ping(place)
        took_s, status = call.result()
        happens(lambda: _raised(web.output), 5)  # it is logged after the answer
        return {
            "ping_s": ping_s,
            "call_s": took_s,
            "status": str(status),
            # If the call is still on, the ping at least was answered meanwhile.
            "blocks_event_loop": bool(place.marks("blocks loop")),
            "raises": _raised(web.output),
        }


def _fails(place: Stage) -> tuple[float, int]:
    """Seconds of a request, and its status; 0 if no answer came while it was watched."""
    began = time.perf_counter()
    try:
        status = place.post("job", "job", 0, timeout_s=place.watched_s).status_code
    except httpx.ReadTimeout:
        status = 0
    return time.perf_counter() - began, status


def _ping(place: Stage) -> float:
    """Seconds of a request to an endpoint that does nothing."""
    began = time.perf_counter()
    httpx.get(f"http://127.0.0.1:{place.port}/ping", timeout=60, verify=False).raise_for_status()
    return time.perf_counter() - began


def _raised(output: str) -> str:
    """The last error that a web server has printed, without the port; "" if there is none."""
    found = re.findall(r"^[A-Za-z_][\w.]*(?:Error|Exception|Timeout)\b.*", output, re.MULTILINE)
    return re.sub(r"'?(127\.0\.0\.1|localhost)[:,' ]+(port )?\d+", "…", found[-1]) if found else ""
