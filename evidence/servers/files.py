"""Temporary files: do they arrive, and are they deleted, also if the client leaves?"""

from collections.abc import Iterator
from http.client import HTTPException

from evidence.probes import probe
from evidence.processes import happens
from evidence.repeating import agreed, each
from evidence.rows import Finding, Value
from evidence.servers.setups import SETUPS, Setup
from evidence.serving import APPS, Served

CLAIM = "temp-file-cleanup"
SENT_BYTES, LEFT_BYTES = 1_000_000, 200_000_000  # the second fits into no buffer between the two
WAYS = ("task", "dependency", "nameless")
RUNS, REQUESTS = 3, 20  # granian's answer is a race, so it is asked often


def tried(setup: Setup) -> dict[str, bool | int]:
    """What becomes of files each way, when their client stays and when it leaves."""
    found: dict[str, bool | int] = {}
    with setup.serving(APPS / "sending_files.py", ready="") as seen:
        for way in WAYS:
            lost = [_arrives(seen, way) for _ in range(REQUESTS)].count(False)
            found |= {f"{way}_file_arrives": lost == 0, f"{way}_requests_lost": lost}
        for way in WAYS[:2]:
            before = seen.log.count(f"deleted by a {way}")
            _leaves(seen, way)
            key = f"{way}_deletes_if_client_leaves"
            found[key] = happens(lambda: seen.log.count(f"deleted by a {way}") > before, 8)  # noqa: B023 - asked at once
        return found


def _arrives(seen: Served, way: str) -> bool:
    connection = seen.connect()
    connection.request("POST", f"/{way}?length={SENT_BYTES}")
    try:
        answer = connection.getresponse()
        return answer.status == 200 and len(answer.read()) == SENT_BYTES
    except (HTTPException, ConnectionError):
        return False
    finally:
        connection.close()


def _leaves(seen: Served, way: str) -> None:
    connection = seen.connect()
    connection.request("POST", f"/{way}?length={LEFT_BYTES}")
    try:
        connection.getresponse().read(1000)
    except (HTTPException, ConnectionError):
        pass
    finally:
        connection.close()


@probe(watches_s=60)
def temporary_files() -> Iterator[Finding]:
    """Three ways to be rid of a file that was sent, on each server."""
    for setup, runs in each(tried, SETUPS, RUNS, at_once=3).items():
        values: dict[str, Value] = {key: _told([run[key] for run in runs]) for key in runs[0]}
        yield setup.finding("temporary-file", CLAIM, values | {"requests_count": REQUESTS}, RUNS)


def _told(values: list[bool | int]) -> Value:
    return agreed([*map(bool, values)]) if isinstance(values[0], bool) else values
