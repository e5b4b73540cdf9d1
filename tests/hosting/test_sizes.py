"""The built site fits what hosts allow, as CONTRIBUTING says, and a page fits a reader's line."""

import re
from pathlib import Path

import pytest

from site_build.hashed import KEPT, hashed
from site_build.snippets import LANGUAGES, ROOT
from tests.bench.live.packing import brotli
from tests.conftest import Site
from tests.docs.claims import CLAIMS
from tests.docs.parsed import parse

MB, MIB, GB = 10**6, 2**20, 10**9
# Files, bytes of the largest file, bytes in all; as the hosts' own pages say.
LIMITS = {
    "GitHub Pages": (None, 100 * MIB, GB),
    "Cloudflare Pages, free": (20_000, 25 * MIB, None),
    "GitLab Pages, gitlab.com": (200_000, None, GB),
}
MOST = 100_000  # bytes of a claim's page before its reader does anything, packed by Brotli
HEADERS = 200  # bytes of an answer's
LINKED = frozenset(["icon", "stylesheet"])
LARGEST = 3  # pages of each language that are packed
NEAR = 0.15  # what CONTRIBUTING says may differ from what is so; others may add files


def sizes(folder: Path) -> dict[str, int]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def test_every_host_that_is_named_takes_the_site(site: Site) -> None:
    found = sizes(site.folder)
    older = (KEPT - 1) * sum(found[name] for name in hashed(site.folder))
    ours = (KEPT * len(found), max(found.values()), sum(found.values()) + older)
    for host, allowed in LIMITS.items():
        too_much = [have for have, most in zip(ours, allowed, strict=True) if most and have > most]
        assert too_much == [], host


def test_contributing_says_how_large_the_site_is(site: Site) -> None:
    found = sizes(site.folder)
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.partition("## Hosting")[2].partition("\n## ")[0]
    assert all(f"| {host} |" in section for host in LIMITS)
    told = re.search(r"(\d+) MB in (\d+) files", section)
    largest = re.search(r"largest file is ([\d.]+) MB", section)
    older = re.search(r"at most (\d+) MB each", section)
    assert told
    assert largest
    assert older
    said = (int(told[1]) * MB, int(told[2]), float(largest[1]) * MB, int(older[1]) * MB)
    live = sum(found[name] for name in hashed(site.folder))
    so = (sum(found.values()), len(found), max(found.values()), live)
    differ = [pair for pair in zip(said, so, strict=True) if abs(pair[0] / pair[1] - 1) > NEAR]
    assert differ == [], "CONTRIBUTING.md, Hosting: says the first, is the second; write it there"


def whole(folder: Path, name: str) -> list[bytes]:
    """A page and the files that it asks for by itself."""
    text = (folder / name / "index.html").read_text("utf-8")
    page = parse(name, text)
    links = (link.attrs for link in page.all("link") if link.attrs.get("rel") in LINKED)
    asked = [attrs["href"] for attrs in links]
    asked += [one.attrs["src"] for one in page.all("script", "img") if "src" in one.attrs]
    return [text.encode(), *((folder / name / address).read_bytes() for address in asked)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_claims_page_is_small_and_asks_for_little(language: str, site: Site) -> None:
    folder = site.folder if language == LANGUAGES[0] else site.folder / language
    pages = [whole(folder, name) for name in CLAIMS]
    assert max(map(len, pages)) <= 10
    for page in sorted(pages, key=lambda files: len(files[0]))[-LARGEST:]:
        packed = (len(brotli(file) or file) + HEADERS for file in page)
        assert sum(packed) <= MOST
