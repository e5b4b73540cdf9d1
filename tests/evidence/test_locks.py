"""Which versions of a row are older than what is locked now."""

from dataclasses import replace

import pytest

from evidence.locks import locked, older, order, pins
from tests.evidence.test_rows import GOOD

PROJECT = {"fastapi": "0.166.0", "starlette": "1.11.0", "uvicorn": "0.55.0", "redis": "8.1.0"}
KEPT = {"fastapi": "0.165.0", "starlette": "1.10.0", "uvicorn": "0.54.0"}
QUEUE = {"rq": "3.1.0", "redis": "8.0.0"}


def lock(versions: dict[str, str]) -> dict[str, frozenset[str]]:
    return {package: frozenset({version}) for package, version in versions.items()}


LOCKS = {"": lock(PROJECT), "release-0.165.0": lock(KEPT), "rq": lock(QUEUE)}


@pytest.mark.parametrize(
    ("row_id", "versions", "expected"),
    [
        ("sigterm", PROJECT, {}),
        ("sigterm", KEPT, {"fastapi": "0.166.0", "starlette": "1.11.0", "uvicorn": "0.55.0"}),
        ("sigterm", PROJECT | {"uvicorn": "0.54.0"}, {"uvicorn": "0.55.0"}),
        ("yield-0-165-0", KEPT, {}),
        ("yield-0-165", KEPT, {}),
        ("yield-0-165-0", KEPT | {"starlette": "1.9.0"}, {"starlette": "1.10.0"}),
        ("yield-0-16-5", KEPT, {"fastapi": "0.166.0", "starlette": "1.11.0", "uvicorn": "0.55.0"}),
        ("yield-0-95-2", {"fastapi": "0.95.2"}, {}),  # nothing pins it: it cannot be measured again
        ("kill", {"rq": "3.0.0", "redis-py": "8.0.0"}, {"rq": "3.1.0"}),
        ("kill", {"redis-py": "8.0.0"}, {"redis-py": "8.1.0"}),
        ("kill", {"rq": "3.0.0", "uvicorn": "0.55.0"}, {"rq": "3.1.0"}),  # of two environments
        ("kill", {"redis-server": "7.0.15", "python": "3.11.7"}, {}),
        ("kill", {"rq": "3.2.0"}, {}),
    ],
)
def test_versions_that_are_older_than_the_locks_are_told(
    row_id: str, versions: dict[str, str], expected: dict[str, str]
) -> None:
    assert older(replace(GOOD, id=row_id, versions=versions), LOCKS) == expected


def test_pins_are_read_with_extras_markers_and_hashes() -> None:
    text = (
        "# celery==1.0.0\n"
        'celery[redis]==5.7.0 ; python_version < "3.12" \\\n    --hash=sha256:1\n'
        "celery==5.8.0 ; python_version >= '3.12'\n"
        "zope.event==5.0\n    # via x==3\n"
    )
    assert pins(text) == {"celery": {"5.7.0", "5.8.0"}, "zope.event": {"5.0"}}


def test_the_locks_of_the_project_and_of_the_environments_are_read() -> None:
    assert "fastapi" in locked()[""]
    assert "fastapi" in locked()["release-0.95.2"]


def test_versions_are_ordered_by_their_numbers() -> None:
    assert sorted(["0.100.0", "0.95.2", "0.95.10"], key=order) == ["0.95.2", "0.95.10", "0.100.0"]
