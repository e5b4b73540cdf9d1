"""What finds the mistakes in a repository: rules/*.yml, which ast-grep reads, and Ruff's rules.

rules/<claim>.yml has the rules of one claim. rules/index.toml says of each wrong listing which
rules find it, or why none can.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import yaml

from site_build.headings import place
from site_build.labels import word
from site_build.markup import inline
from site_build.navigation import navigation
from site_build.page import current
from site_build.snippets import ROOT

FOLDER = ROOT / "rules"
# Where the whole set is published, below the site's address.
FILE = "rules/background-tasks.yml"
_OTHER = ("patterns", "ruff", "ruff-too")  # what in the index is no claim
_HEAD = """\
# The mistakes of FastAPI's background tasks, as rules for ast-grep: ast-grep scan --rule THIS_FILE
# What each finds, and what none can find: {page}
# MIT licence.
"""


@dataclass(frozen=True)
class Rule:
    """A rule of ours: its id, the claim it belongs to, and in each language what it finds."""

    id: str
    claim: str
    severity: str
    says: dict[str, str]


def _changed() -> int:
    """When one of the files was changed last: `make serve` reads them anew."""
    return max(path.stat().st_mtime_ns for path in FOLDER.iterdir())


@cache
def _rules(changed: int) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        for one in yaml.safe_load_all(path.read_text("utf-8")):
            says = {"en": one["message"], "zh": one["note"].splitlines()[0]}
            found[one["id"]] = Rule(one["id"], one["metadata"]["claim"], one["severity"], says)
    return found


@cache
def _index(changed: int) -> dict[str, dict[str, Any]]:
    return tomllib.loads((FOLDER / "index.toml").read_text("utf-8"))


def rules() -> dict[str, Rule]:
    """Our rules by their ids."""
    return _rules(_changed())


def index() -> dict[str, dict[str, Any]]:
    """Of each claim: its listings, each with the rules that find it or with the reason."""
    return {name: one for name, one in _index(_changed()).items() if name not in _OTHER}


def patterns() -> dict[str, list[str]]:
    """Of a pattern: the rules that find code which needs it."""
    return _index(_changed())["patterns"]


def ruff() -> dict[str, dict[str, str]]:
    """The rules of Ruff that find a listing of ours, and in each language what they find."""
    return _index(_changed())["ruff"]


def ruff_too() -> dict[str, dict[str, str]]:
    """Those that find the same mistake in other calls, each with a `line` that it finds."""
    return _index(_changed())["ruff-too"]


def finders(claim: str) -> list[str]:
    """The rules that find something of a claim, ours and Ruff's; in the order of its listings."""
    listings = index().get(claim, {}).values()
    return list({rule: None for found in listings if isinstance(found, list) for rule in found})


def bundle(site: str) -> str:
    """All rules as one file, which leads to the pages of the site at that address.

    A rule names its page without a language, `/c/<page>/`; a terminal shows both.
    """
    texts = [path.read_text("utf-8").strip() for path in sorted(FOLDER.glob("*.yml"))]
    joined = "\n---\n".join(texts)
    joined = re.sub(r"^url: /c/", f"url: {site}en/", joined, flags=re.M)
    joined = re.sub(r"^  /c/(\S+)$", rf"  {site}en/\1\n  {site}\1", joined, flags=re.M)
    return f"{_HEAD.format(page=f'{site}find-it/')}{joined}\n"


def bullet(page: str) -> str:
    """The line in "Check your own code" that leads to the rules; "" if nothing finds what it needs.

    `page` is a claim or a pattern.
    """
    needed = patterns().get(page, [])
    links = word("comma").join(_link(rule) for rule in needed or finders(page))
    return f"- {word('rules_need' if needed else 'rules_find', rules=links)}\n" if links else ""


def _link(rule: str) -> str:
    # Not as Markdown: MkDocs looks for the heading, and a row of a table is none.
    return f'{_whose(rule)}<a href="{current.root}find-it/#{rule}"><code>{rule}</code></a>'


def _whose(rule: str) -> str:
    return "" if rule in rules() else "Ruff "


def table() -> str:
    """Of each claim the rules that find it, and what is not found, with the reason."""
    heads = "".join(
        f'<th role="columnheader" scope="col">{word(key)}</th>'
        for key in ("claim", "rule", "it_finds")
    )
    shown: set[str] = set()
    lines = "".join(_lines(claim, shown) for claim in navigation.claims)
    return (
        '<table class="symptoms" role="table"><thead role="rowgroup">'
        f'<tr role="row">{heads}</tr></thead><tbody role="rowgroup">{lines}</tbody></table>'
    )


def _lines(claim: str, shown: set[str]) -> str:
    address, title = place(claim)
    cells = list(_cells(claim, shown))
    head = (
        f'<th role="rowheader" scope="row" rowspan="{len(cells)}" aria-rowspan="{len(cells)}">'
        f'<a href="{address}">{inline(title)}</a></th>\n'
    )
    return "".join(
        f'<tr role="row">{"" if n else head}{cell}</tr>\n' for n, cell in enumerate(cells)
    )


def _cells(claim: str, shown: set[str]) -> Iterator[str]:
    """The two cells of each line; a rule has its id where it stands first."""
    for rule in finders(claim):
        name = f"{_whose(rule)}<code>{rule}</code>"
        ours = rules().get(rule)
        says = inline((ours.says if ours else ruff()[rule])[current.language])
        yield _pair(name, says, "" if rule in shown else f' id="{rule}"')
        shown.add(rule)
    for found in index().get(claim, {}).values():
        if isinstance(found, dict):
            lines = f'<a href="{place(claim)[0]}#check-your-code">{word("lines")}</a>'
            yield _pair(lines, f"{word('not_found')}{inline(found[current.language])}")


def _pair(rule: str, says: str, anchor: str = "") -> str:
    return (
        f'<td role="cell" data-head="{word("rule")}"{anchor}>{rule}</td>\n'
        f'<td role="cell" data-head="{word("it_finds")}">{says}</td>'
    )


def download() -> str:
    """A link to the file with all rules."""
    depth = current.root + ("../" if current.language != "zh" else "")
    name = FILE.rpartition("/")[2]
    return (
        f'<p><a class="md-button" href="{depth}{FILE}" download>{escape(name)}</a> '
        f"{word('rules_file', n=str(len(rules())))}</p>"
    )
