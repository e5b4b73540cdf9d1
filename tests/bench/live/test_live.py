"""What is reckoned and reported of the live sandbox; nothing is timed here."""

import asyncio
import json
import zipfile
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.bench.live import packing
from tests.bench.live.contestants import BARE, OURS, PYSCRIPT, STOCK
from tests.bench.live.link import Link
from tests.bench.live.memory import family
from tests.bench.live.peers import CLOSURE, lock_file
from tests.bench.live.report import aims, breakdown, everybody, spread
from tests.bench.live.rounds import Found, order
from tests.bench.live.server import Sent, serving
from tests.bench.live.visits import Again, Visit, counted


def visits(*milliseconds: float, size: int = 6_000_000, tasks: tuple = ()) -> list[Visit]:
    return [Visit(one, size, 100.0, 250.0, list(tasks)) for one in milliseconds]


def again(run: float = 5.0, stop: float = 500.0) -> list[Again]:
    return [Again([run, run, 90.0], stop, stop, [])]


def found(**changed: list) -> dict:
    """Everything at an aim's edge; what is given takes the place of ours."""
    ours = Found(visits(1600.0), visits(720.0), visits(3740.0), again(20.0, 700.0))
    return {
        OURS: replace(ours, **changed),
        BARE: Found(visits(1900.0, 2000.0, 2600.0), visits(1800.0)),
        STOCK: Found(visits(4000.0), visits(3500.0), visits(6800.0)),
    }


def missed(measured: dict) -> list[str]:
    return [row.what.partition(":")[0] for row in aims(measured) if not row.holds]


def test_what_just_reaches_its_aims_misses_none() -> None:
    rows = aims(found())
    assert missed(found()) == []
    assert rows[0].what == "first visit, Run to result: 0.80 times bare `1+1`"
    assert (rows[0].ours, rows[0].compared) == ("1.60 s (1.60 to 1.60)", "2.00 s (1.90 to 2.60)")


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"first": visits(1620.0)}, ["first visit, Run to result"]),
        ({"second": visits(740.0)}, ["second visit"]),
        ({"slow": visits(3800.0)}, ["first visit, 20 Mbit/s and 40 ms"]),
        ({"first": visits(1600.0, size=6_600_001)}, ["bytes of a first visit"]),
        ({"again": again(21.0)}, ["re-run"]),
        (
            {"again": again(stop=720.0)},
            ["Stop to the next result", "Stop to the next result, of a loop in C"],
        ),
        (
            {"second": visits(720.0, tasks=(51.0, 80.0))},
            ["main thread's tasks of over 50 ms, from Run on"],
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_is_a_little_worse_misses_its_aim(changed: dict, missing: list[str]) -> None:
    assert missed(found(**changed)) == missing


def test_without_the_slow_link_its_aim_is_not_told() -> None:
    measured = found()
    del measured[STOCK]
    assert not any("Mbit" in row.what for row in aims(measured))


def test_a_figure_is_a_median_with_its_ends() -> None:
    assert spread([1100.0, 1000.0, 1900.0]) == "1.10 s (1.00 to 1.90)"
    assert spread([5.04, 4.0], "ms") == "4.5 ms (4.0 to 5.0)"


def test_the_table_has_a_line_for_each_contestant() -> None:
    lines = everybody(found()).splitlines()
    assert lines[2] == (
        "| ours | 1.60 s (1.60 to 1.60) | 3.74 s (3.74 to 3.74) | 0.72 s (0.72 to 0.72)"
        " | 6.00 MB | 150 MB | under 50 ms |"
    )
    assert lines[3].startswith("| bare Pyodide | 2.00 s (1.90 to 2.60) | |")
    assert len(lines) == 5
    slow = visits(1.0, 2.0, 3.0, tasks=(60.0, 70.0))
    assert "| 70 ms |" in everybody({BARE: Found(slow, slow[:1])})


def test_the_breakdown_is_the_median_of_what_the_page_measured() -> None:
    measured = [Visit(1, 1, 1, 1, [], [("sandbox:wasm", at, 10.0)]) for at in (1.0, 3.0, 2.0)]
    assert breakdown(measured) == ["sandbox:wasm: 2 to 12 ms"]


def test_of_a_page_only_the_sandbox_is_counted_until_run_is_pressed() -> None:
    sent = [
        *(Sent(OURS.page, 1), Sent("/assets/site.css", 2), Sent("/assets/sandbox.zh.js", 4)),
        *(Sent("/assets/live/python.wasm", 8), Sent("/anything", 16)),
    ]
    assert counted(sent, 3, OURS) == 4 + 8 + 16
    page = [Sent(PYSCRIPT.page, 1), Sent("/peers/pyscript/core.js", 2)]
    assert counted(page, 2, PYSCRIPT) == 2


def test_who_comes_first_comes_last_the_next_time() -> None:
    assert [one.name for one in order((OURS, BARE), 0)] == ["ours", "bare Pyodide"]
    assert [one.name for one in order((OURS, BARE), 1)] == ["bare Pyodide", "ours"]


def test_a_family_is_a_process_and_its_descendants() -> None:
    assert family(1, {2: 1, 3: 2, 4: 9, 5: 3, 1: 0}) == {1, 2, 3, 5}


def test_a_link_delays_each_piece_by_what_went_before() -> None:
    now = 10.0
    link = Link(rate=16384.0, clock=lambda: now)
    waits = [wait for wait, _ in link.pieces(b"x" * 32768)]
    assert waits == pytest.approx([0.98, 1.98])
    # Another connection's piece waits for those.
    assert [wait for wait, _ in link.pieces(b"x" * 8192)] == pytest.approx([2.48])
    now = 20.0
    assert [wait for wait, _ in link.pieces(b"x" * 16384)] == pytest.approx([0.98])
    assert list(Link().pieces(b"at once")) == [(0.0, b"at once")]


def test_the_lock_file_names_the_wheels_alone(tmp_path: Path) -> None:
    wheel = tmp_path / "fastapi-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("fastapi/__init__.py", "")
        archive.writestr("fastapi-1.0.dist-info/METADATA", "Name: FastAPI\nVersion: 1.0\n")
    lock = json.loads(lock_file('{"info": {"python": "3.14"}, "packages": {"numpy": {}}}', [wheel]))
    entry = lock["packages"].pop("fastapi")
    assert lock == {"info": {"python": "3.14"}, "packages": {}}
    assert (entry["version"], entry["imports"]) == ("1.0", ["fastapi"])
    assert {*entry["depends"], "fastapi"} == set(CLOSURE)


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(packing, "PACKED", tmp_path / "packed")


@pytest.mark.usefixtures("packed")
def test_the_server_packs_caches_and_counts(tmp_path: Path) -> None:
    (tmp_path / "site" / "page").mkdir(parents=True)
    (tmp_path / "site" / "page" / "index.html").write_text("<p>" * 1000, "utf-8")
    (tmp_path / "peers").mkdir()
    (tmp_path / "peers" / "one.wasm").write_bytes(b"\0asm")
    mounts = {"/peers/": tmp_path / "peers", "/": tmp_path / "site"}
    with serving(mounts) as server:
        connection = HTTPConnection(server.address.removeprefix("http://"))

        def get(path: str, **headers: str) -> tuple:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer, answer.read()

        plain, content = get("/page/")
        assert content == b"<p>" * 1000
        assert plain.headers["Content-Type"] == "text/html"
        smaller, less = get("/page/", **{"Accept-Encoding": "gzip, br"})
        assert smaller.headers["Content-Encoding"] == "br"
        assert len(less) < 100
        assert get("/page/", **{"If-None-Match": plain.headers["ETag"]})[0].status == 304
        assert get("/peers/one.wasm")[0].headers["Content-Type"] == "application/wasm"
        assert get("/peers/../site/page/")[0].status == 404
        connection.close()
    sizes = [one.size for one in server.sent]
    assert [one.path for one in server.sent][:2] == ["/page/", "/page/"]
    assert 3000 < sizes[0] < 3400
    assert len(less) < sizes[1] < len(less) + 400


def test_a_slow_link_hands_on_everything_in_order() -> None:
    class Writer:
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def write(self, data: bytes) -> None:
            self.parts.append(data)

        async def drain(self) -> None: ...

    writer, data = Writer(), bytes(range(256)) * 300
    asyncio.run(Link(rate=1e12).send(writer, data))  # type: ignore[arg-type]
    assert b"".join(writer.parts) == data
    assert len(writer.parts) == 5
