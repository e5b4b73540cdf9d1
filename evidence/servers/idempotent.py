"""The app of the page "idempotent-task": one key, two processes, many calls at once."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from evidence.probes import probe
from evidence.processes import until
from evidence.repeating import repeat, same
from evidence.rows import Finding, Value
from evidence.servers.on_databases import NAMES, Web, found_with, stage
from evidence.serving import PATIENCE_S

RUNS = 3
CALLS = 20
AMOUNT = 10


def _top_up(web: Web) -> None:
    web.ask("POST", f"/accounts/1/top-ups?amount={AMOUNT}", **{"Idempotency-Key": "order-7"})


def _at_once(database: str) -> dict[str, Value]:
    with stage("idempotent_task", database) as made, made.web() as one, made.web() as two:
        one.ask("POST", "/accounts")
        webs = [(one, two)[n % 2] for n in range(CALLS)]
        with ThreadPoolExecutor(CALLS) as pool:
            list(pool.map(_top_up, webs))
        asked = "Idempotency-Key order-7"
        until(lambda: asked in one.output and asked in two.output, PATIENCE_S, "calls of both")
        one.stop()  # which waits for its tasks
        two.stop()
        with made.web() as third:
            _top_up(third)
            third.stop()
            again = asked in third.output
        with made.web() as last:
            balance = json.loads(last.ask("GET", "/accounts/1"))["balance"]
    return {
        "calls": CALLS,
        "changed_times": balance // AMOUNT,
        "asked_again_after_a_restart": again,
    }


@probe(watches_s=90, needs=["postgres"])
def idempotent_at_once() -> Iterator[Finding]:
    """Calls with one key, dealt to two processes; and once more after a restart."""
    for database, name in NAMES.items():
        question = {
            "zh": f"{name}，两个进程，同一个键同时调用 {CALLS} 次：余额变几次？",
            "en": f"{name}, two processes, {CALLS} calls at once with one key: how many count?",
        }
        result = same(repeat(partial(_at_once, database), RUNS, RUNS), database)
        yield Finding(
            f"idempotent-at-once-{database}",
            "idempotent-task",
            question,
            found_with(database),
            result,
            RUNS,
        )
