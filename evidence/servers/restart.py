"""Requests while a server is stopped: the one under way, a new one, one after its end."""

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from evidence.probes import probe
from evidence.repeating import agreed, each, seconds
from evidence.rows import Finding, Value
from evidence.servers.setups import PROXIES, SETUPS, Setup
from evidence.servers.shutdown import CLAIM, PARTS, RESPONSE_S, TASK_S, begin
from evidence.serving import APPS, PATIENCE_S

RUNS = 3
AFTER_S = 1.0


@dataclass(frozen=True)
class Restarted:
    """What clients saw of a server that was stopped."""

    complete: bool
    new_request: str
    later_request: str
    exit_after_s: float


def asked(port: int) -> str:
    """What a request on a new connection gives: its status, or the name of an error."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/ping")
        return str(connection.getresponse().status)
    except (HTTPException, OSError) as error:
        return type(error).__name__
    finally:
        connection.close()


def restarted(case: tuple[Setup, str]) -> Restarted:
    """SIGTERM while a response is under way and a task runs."""
    setup, proxy = case
    with setup.serving(APPS / "tasks.py", proxy=proxy) as seen:
        seen.post(f"/async?seconds={TASK_S}")
        body = begin(seen, "response")
        began = time.monotonic()
        seen.program.send(signal.SIGTERM, to_group=False)
        time.sleep(AFTER_S)
        new_request = asked(seen.port)
        seen.program.ends(PATIENCE_S)
        took = time.monotonic() - began
        return Restarted(body() == PARTS, new_request, asked(seen.port), took)


def result(runs: list[Restarted]) -> dict[str, Value]:
    """The runs as the values of a row."""
    return {
        "response_complete": agreed([one.complete for one in runs]),
        "new_request_gets": told([one.new_request for one in runs]),
        "later_request_gets": told([one.later_request for one in runs]),
        "exit_after_s": seconds([one.exit_after_s for one in runs]),
        "new_request_given_s": AFTER_S,
        "response_s": RESPONSE_S,
        "task_s": TASK_S,
    }


def told(values: list[str]) -> str:
    """What was seen in all runs, or whatever was seen."""
    return " / ".join(dict.fromkeys(values))


@probe(watches_s=70, needs=["nginx"])
def requests_during_shutdown() -> Iterator[Finding]:
    """What clients see of a SIGTERM, directly and behind nginx."""
    cases = [(setup, proxy) for setup in SETUPS for proxy in ("", *PROXIES)]
    for (setup, proxy), runs in each(restarted, cases, RUNS, at_once=6).items():
        yield setup.finding("stopping", CLAIM, result(runs), RUNS, proxy=proxy)
