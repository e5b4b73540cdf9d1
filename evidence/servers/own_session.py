"""The app of the page "own-session" on a PostgreSQL: what the server sees while tasks are slow."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from evidence.probes import probe
from evidence.processes import happens, until
from evidence.repeating import repeat, same
from evidence.rows import Finding, Value
from evidence.servers.on_databases import POSTGRES, found_with, stage
from evidence.serving import PATIENCE_S

RUNS = 3
SLOW_S = 3  # shorter than a mail
EACH = 20  # more than a default pool has connections
_IDLE = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"


def _lends_none(status: str) -> bool:
    """Whether neither pool lends a connection: a task reads an address before it is slow."""
    return status.count("Current Checked out connections: 0") == 2


def _seen() -> dict[str, Value]:
    paths = [f"{path}?email=ann@example.com" for path in ("/users", "/async/users") * EACH]
    with stage("own_session", POSTGRES) as made, made.web() as web:
        with ThreadPoolExecutor(len(paths)) as pool:
            list(pool.map(lambda path: web.ask("POST", path), paths))
        free = happens(lambda: _lends_none(web.ask("GET", "/pool")), SLOW_S)
        idle = made.count(_IDLE)
        waiting = web.output.count("sent to") == 0
        until(lambda: web.output.count("sent to") == len(paths), PATIENCE_S, "all mails")
        web.stop()
        mails = made.count("SELECT count(*) FROM mails")
    return {
        "requests": len(paths),
        "looked_while_all_tasks_were_slow": waiting,
        "both_pools_lent_no_connection": free,
        "connections_idle_in_transaction": idle,
        "mails_rows": mails,
    }


@probe(watches_s=60, needs=["postgres"])
def own_session_on_postgres() -> Iterator[Finding]:
    """More requests with slow tasks than the pool has connections."""
    question = {
        "zh": "PostgreSQL，任务自己开会话：任务都在慢处等的时候，服务器看到多少连接开着事务？",
        "en": "PostgreSQL, tasks with a session of their own: who holds a transaction meanwhile?",
    }
    result = same(repeat(_seen, RUNS), "own session")
    yield Finding(
        "own-session-postgres", "own-session", question, found_with(POSTGRES), result, RUNS
    )
