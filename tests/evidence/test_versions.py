"""FastAPI's releases fall into three eras, and the pages name where they begin."""

from importlib.metadata import version

import pytest

from evidence.environments import versions as locked
from evidence.rows import Row, every
from evidence.versions import PREFIX, VARIES, releases

Release = tuple[int, ...]
ROWS = [row for row in every().values() if row.command.endswith("versions/dependencies")]
REQUEST = [row for row in ROWS if not row.id.startswith("yield-function")]
FUNCTION = [row for row in ROWS if row.id.startswith("yield-function")]


def release(row: Row) -> Release:
    return tuple(int(part) for part in row.versions["fastapi"].split("."))


def era(row: Row) -> int:
    return sum(release(row) >= beginning for beginning in ((0, 106, 0), (0, 118, 0)))


def same(row: Row) -> dict:
    """What must be the same throughout an era."""
    return {
        key: value
        for key, value in row.result.items()
        if key not in (*VARIES, "scope_parameter_exists")
    }


@pytest.mark.parametrize("one", REQUEST, ids=lambda row: row.id)
def test_all_releases_of_an_era_do_the_same(one: Row) -> None:
    first = min((row for row in REQUEST if era(row) == era(one)), key=release)
    assert same(one) == same(first)


def test_the_releases_on_both_sides_of_each_boundary_were_asked() -> None:
    asked = {row.versions["fastapi"] for row in REQUEST}
    assert {"0.105.0", "0.106.0", "0.117.1", "0.118.0", "0.120.4", "0.121.0"} <= asked


def test_the_first_era_and_the_third_do_the_same_and_the_second_another() -> None:
    first, second, third = (next(row for row in REQUEST if era(row) == n) for n in range(3))
    assert same(first) == same(third) != same(second)


@pytest.mark.parametrize("one", FUNCTION, ids=lambda row: row.id)
def test_the_function_scope_brings_the_second_era_back(one: Row) -> None:
    second = next(row for row in REQUEST if era(row) == 1)
    assert same(one) == same(second)


@pytest.mark.parametrize("one", ROWS, ids=lambda row: row.id)
def test_the_scope_parameter_came_with_0_121(one: Row) -> None:
    assert one.result["scope_parameter_exists"] == (release(one) >= (0, 121, 0))


@pytest.mark.parametrize("one", ROWS, ids=lambda row: row.id)
def test_def_and_async_def_end_at_the_same_moment(one: Row) -> None:
    assert one.result["exit_order"] == one.result["async_exit_order"]


@pytest.mark.parametrize("one", ROWS, ids=lambda row: row.id)
def test_a_row_names_the_versions_that_are_locked(one: Row) -> None:
    pins = locked(f"{PREFIX}{one.versions['fastapi']}", ("fastapi", "starlette", "sqlalchemy"))
    assert pins == {name: one.versions[name] for name in pins}


def test_the_installed_release_was_asked() -> None:
    assert version("fastapi") in releases(), (
        f"declare {PREFIX}{version('fastapi')} in evidence/environments.toml, lock it, "
        "then `make evidence ONLY=versions`"
    )
    assert {row.versions["fastapi"] for row in REQUEST} == set(releases())
