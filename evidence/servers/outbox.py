"""The outbox of the page "transactional-outbox": two processes, one of which is killed."""

import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from evidence.probes import probe
from evidence.processes import happens, until
from evidence.recording import Recording
from evidence.repeating import agreed, repeat, same, seconds
from evidence.rows import Finding, Value
from evidence.servers.on_databases import NAMES, SQLITE, Web, found_with, stage
from evidence.serving import PATIENCE_S

HERE = "transactional_outbox"
CLAIM = "transactional-outbox"
RUNS = 3
LEASE_S = 6  # the app cuts off a delivery after half of it, and one takes 2 s
POLL_S = 0.5
TASK_S = 2
MESSAGES = 10
_WATCHED_S = 20
_SENDING, _SENT = "sending outbox-1:", "sent outbox-1"


@dataclass(frozen=True)
class Killed:
    """What became of a message whose relay was killed while it sent."""

    again: bool
    again_after_s: float
    finished: bool
    starts: int


def _order(one: Web, two: Web) -> tuple[Web, Web]:
    """Place an order; the process that sends the message, and the other one."""
    one.ask("POST", "/orders?item=tea")
    until(lambda: _SENDING in one.output + two.output, PATIENCE_S, f"{_SENDING!r} of {one.program}")
    return (one, two) if _SENDING in one.output else (two, one)


def _killed(database: str) -> Killed:
    with (
        stage(HERE, database, LEASE_S=str(LEASE_S), POLL_S=str(POLL_S)) as made,
        made.web() as one,
        made.web() as two,
    ):
        victim, other = _order(one, two)
        victim.kill()
        began = time.monotonic()
        again = happens(lambda: _SENDING in other.output, _WATCHED_S)
        took = time.monotonic() - began
        finished = again and happens(lambda: _SENT in other.output, 2 * TASK_S)
        starts = (victim.output + other.output).count(_SENDING)
    return Killed(again, took, finished, starts)


def _told(runs: list[Killed]) -> dict[str, Value]:
    result: dict[str, Value] = {
        "run_again": agreed([run.again for run in runs]),
        "finished": agreed([run.finished for run in runs]),
        "starts": same([run.starts for run in runs], "starts"),
        "lease_given_s": LEASE_S,
        "task_s": TASK_S,
        "watched_s": _WATCHED_S,
    }
    if all(run.again for run in runs):
        result["run_again_after_s"] = seconds([run.again_after_s for run in runs])
    return result


@probe(watches_s=90, needs=["postgres"])
def outbox_killed() -> Iterator[Finding]:
    """SIGKILL to the process that is sending; the other one goes on."""
    for database, name in NAMES.items():
        question = {
            "zh": f"发件箱（{name}），两个进程：正在发送的那个被 SIGKILL，消息还会发出去吗？",
            "en": f"An outbox in {name}, two processes: the one that sends is killed. What then?",
        }
        runs = repeat(partial(_killed, database), RUNS)
        found = found_with(database)
        yield Finding(f"outbox-killed-{database}", CLAIM, question, found, _told(runs), RUNS)


def _shared(database: str) -> dict[str, Value]:
    with stage(HERE, database) as made, made.web() as one, made.web() as two:
        for n in range(MESSAGES):
            (one, two)[n % 2].ask("POST", "/orders?item=tea")
        sent = re.compile(r"^sent (outbox-\d+)$", re.M)
        until(
            lambda: len(set(sent.findall(one.output + two.output))) == MESSAGES,
            PATIENCE_S,
            f"{MESSAGES} messages sent by {one.program} and {two.program}",
        )
        by_each = [web.output.count("sending outbox-") for web in (one, two)]
    return {"messages": MESSAGES, "starts": sum(by_each), "both_relays_sent": min(by_each) > 0}


@probe(watches_s=90, needs=["postgres"])
def outbox_shared() -> Iterator[Finding]:
    """Two relays with the same work to do: how often is each message sent?"""
    for database, name in NAMES.items():
        question = {
            "zh": f"发件箱（{name}），两个进程的 relay 抢着发 {MESSAGES} 条消息：会重复发吗？",
            "en": f"An outbox in {name}, the relays of two processes: is a message sent twice?",
        }
        result = same(repeat(partial(_shared, database), RUNS, RUNS), database)
        yield Finding(
            f"outbox-shared-{database}", CLAIM, question, found_with(database), result, RUNS
        )


def _played() -> Recording:
    recording = Recording()
    with (
        stage(HERE, SQLITE, LEASE_S=str(LEASE_S), POLL_S=str(POLL_S)) as made,
        made.web() as one,
        made.web() as two,
    ):
        recording.ask(one.url, "/orders?item=tea")
        until(lambda: _SENDING in one.output + two.output, PATIENCE_S, _SENDING)
        victim, other = (one, two) if _SENDING in one.output else (two, one)
        recording.said(victim.program, _SENDING, "started", "deliver")
        time.sleep(TASK_S / 2)  # no state to wait for: the middle of a delivery is a matter of time
        victim.program.send(signal.SIGKILL)
        victim.program.ends()
        recording.note("task.failed", "ann", "deliver", "SIGKILL")
        recording.note("log", "platform", text="SIGKILL")
        recording.said(other.program, _SENDING, "started", "deliver (2)")
        recording.said(other.program, _SENT, "finished", "deliver (2)")
    return recording


@probe(watches_s=25)
def outbox_played() -> Iterator[Finding]:
    """The picture of the page."""
    question = {
        "zh": "发到一半，进程被 SIGKILL；另一个进程的 relay 会接着发吗？",
        "en": "A process is killed in the middle of sending: does the other one's relay send it?",
    }
    yield _played().finding(f"{HERE}/app", question, found_with(SQLITE))
