"""What is reckoned and reported of the pages; nothing is measured here."""

from dataclasses import replace

import pytest

from tests.bench.pages import lighthouse
from tests.bench.pages.part import INTENT, PLACES, Look, aims, table

EDGE = Look("home", "/", 10, 100_000, 0.0, [100, 100, 100, 100], 0)


def test_all_aims_hold_at_their_edge() -> None:
    assert [row.holds for row in aims([EDGE, EDGE])] == [True] * 5


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({"requests": 11}, "requests of a page, the most"),
        ({"size": 100_001}, "bytes of a page, the most"),
        ({"shift": 0.001}, "layout shift, the most"),
        ({"figures": [100, 100, 99, 100]}, "Lighthouse, the least figure"),
        ({"axe": 1}, "axe's violations, the most"),
    ],
    ids=lambda one: str(one),
)
def test_one_page_alone_misses_an_aim(changed: dict, missed: str) -> None:
    rows = aims([EDGE, replace(EDGE, **changed)])
    assert [row.what for row in rows if not row.holds] == [missed]


def test_an_open_search_may_load_what_it_needs_and_nothing_else_is_forgiven() -> None:
    searched = replace(EDGE, place=INTENT, requests=20, size=200_000)
    assert all(row.holds for row in aims([EDGE, searched]))
    assert not all(row.holds for row in aims([EDGE, replace(searched, axe=1)]))
    assert INTENT in PLACES


def test_the_table_has_a_line_for_each_page() -> None:
    last = table([EDGE, replace(EDGE, address="/en/", figures=[98, 100, 96, 100])]).splitlines()[-1]
    assert last == "| home, `/en/` | 10 | 100.0 KB | 0.000 | 98 / 100 / 96 / 100 | 0 |"


def test_the_locked_version_is_told() -> None:
    assert lighthouse.version().count(".") == 2
