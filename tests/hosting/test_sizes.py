"""The built site fits what hosts allow, two older builds included, and CONTRIBUTING says so."""

import re
from pathlib import Path

from site_build.hashed import KEPT, hashed
from site_build.snippets import ROOT
from tests.conftest import Site

MB, MIB, GB = 10**6, 2**20, 10**9
# Files, bytes of the largest file, bytes in all; as the hosts' own pages say.
LIMITS = {
    "GitHub Pages": (None, 100 * MIB, GB),
    "Cloudflare Pages, free": (20_000, 25 * MIB, None),
    "GitLab Pages, gitlab.com": (200_000, None, GB),
}
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
