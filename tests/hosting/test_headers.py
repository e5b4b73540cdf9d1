"""`_headers`, as its two readers describe it."""

import re
from fnmatch import fnmatchcase

from site_build.hashed import hashed
from site_build.headers import FOREVER, LIMIT, headers
from tests.conftest import Site


def rules(text: str) -> dict[str, dict[str, str]]:
    """The rules of the file: a path at the start of a line, its headers below it, indented."""
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if line.startswith("/"):
            told = found.setdefault(line, {})
        else:
            header = re.fullmatch(r"  ([A-Za-z-]+): (.+)", line)
            assert header, line
            told[header[1]] = header[2]
    return found


def sent(text: str, path: str) -> dict[str, list[str]]:
    """The headers of a path: those of all rules that match it, joined."""
    found: dict[str, list[str]] = {}
    for pattern, told in rules(text).items():
        if fnmatchcase(path, pattern):
            for name, value in told.items():
                found.setdefault(name, []).append(value)
    return found


def test_it_stays_within_what_a_host_reads(site: Site) -> None:
    text = headers(site.folder)
    assert 0 < len(rules(text)) <= LIMIT
    assert max(map(len, text.splitlines())) <= 2000
    assert all(pattern.count("*") <= 1 for pattern in rules(text))


def test_no_file_gets_a_header_twice_and_hashed_ones_stay(site: Site) -> None:
    text, forever = headers(site.folder), set(hashed(site.folder))
    assert forever
    for path in site.folder.rglob("*"):
        if path.is_file():
            name = str(path.relative_to(site.folder))
            told = sent(text, f"/{name}")
            assert all(len(values) == 1 for values in told.values()), name
            assert (told.get("Cache-Control") == [FOREVER]) == (name in forever), name
            assert told["Access-Control-Allow-Origin"] == ["*"]
            assert told["X-Content-Type-Options"] == ["nosniff"]


def test_chinese_texts_say_how_they_are_written(site: Site) -> None:
    text = headers(site.folder)
    for name in ("llms.txt", "en/llms-full.txt", "index.md", "en/sequential-order/index.md"):
        assert (site.folder / name).is_file()
        assert sent(text, f"/{name}")["Content-Type"][0].endswith("; charset=utf-8")


def test_nothing_forbids_a_frame_or_adds_a_policy(site: Site) -> None:
    assert not re.search("frame|security-policy|opener|embedder", headers(site.folder), re.I)
