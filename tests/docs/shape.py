"""What both languages of a page must have in common, read from the Markdown by pure functions."""

import re
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from site_build.claims import marks

FENCE = re.compile(
    r"^(?P<tick>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=tick)[ \t]*$", re.M | re.S
)
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_HEADING = re.compile(r"^(#{1,6}) +(.+?)$", re.M)
_ID = re.compile(r"\{ *#(?P<id>[^ }]+) *\}$")
_LINK = re.compile(r"\]\(<?(?P<target>[^)\s>]+)")
_TABLE = re.compile(r"(?:^ *\|.*\n?)+", re.M)


def prose(text: str) -> str:
    """A page without its front matter and its fences."""
    return FENCE.sub("", _FRONT.sub("", text))


def front_matter(text: str) -> list[str]:
    """The keys of the front matter, in the alphabet's order."""
    front = _FRONT.match(text)
    return sorted(re.findall(r"^(\w+):", front[1], re.M)) if front else []


def headings(text: str) -> list[tuple[int, str]]:
    """Level and id of each heading; the id is "" where it is not written down."""
    found = _HEADING.findall(prose(text))
    ids = [_ID.search(title.strip()) for _, title in found]
    return [
        (len(level), match["id"] if match else "")
        for (level, _), match in zip(found, ids, strict=True)
    ]


def fences(text: str) -> list[tuple[str, Any]]:
    """The info string of each fence, with its code or, for a sandbox, its number of annotations."""
    found = []
    for match in FENCE.finditer(text):
        info, body = " ".join(match["info"].split()), match["body"]
        notes = len(re.findall(r"^\d+\. ", body, re.M))
        found.append((info, notes if "=" in info else body))
    return found


def snippets_shown(text: str) -> set[str]:
    """The ids of the snippets that a page lists, draws or quotes."""
    drawn = re.findall(r"^`{3,}\w+ (?:sandbox|src)=\"(\w+/\w+)\"", text, re.M)
    return {*drawn, *(name.partition(".")[0] for name in quotations(text))}


def quotations(text: str) -> list[str]:
    """What is quoted from snippets."""
    return re.findall(r"^ *--8<-- \"([^\"]+)\"", text, re.M)


def tables(text: str) -> list[tuple[int, int]]:
    """Columns and rows of each table; the head is a row, the line below it is not."""
    found = []
    for table in _TABLE.findall(prose(text)):
        rows = re.sub(r"`[^`]*`|\\\|", "", table).strip().splitlines()
        found.append((rows[0].strip(" |").count("|") + 1, len(rows) - 1))
    return found


def links(text: str) -> list[str]:
    """The targets of all links and images, sorted: a translation may change a sentence's order."""
    return sorted(_LINK.findall(re.sub(r"`[^`]*`", "", prose(text))))


def claims(text: str) -> list[list[str]]:
    """The marked expressions of each paragraph, sorted inside it for the same reason."""
    blocks = [sorted(mark.claim for mark in marks(block)) for block in text.split("\n\n")]
    return [block for block in blocks if block]


def callouts(text: str) -> list[str]:
    """The kinds of the admonitions."""
    return re.findall(r"^ *(?:!!!|\?\?\?\+?) (\w+)", prose(text), re.M)


ASPECTS: dict[str, Callable[[str], list[Any]]] = {
    "front matter": front_matter,
    "headings": headings,
    "fences": fences,
    "quotations": quotations,
    "tables": tables,
    "links": links,
    "claims": claims,
    "callouts": callouts,
}


def first_difference(zh: list[Any], en: list[Any]) -> str:
    """Where two lists part, in words; "" if they don't."""
    for number, (left, right) in enumerate(zip_longest(zh, en), 1):
        if left != right:
            return f"number {number} is {left!r} in zh and {right!r} in en"
    return ""


def bad_ids(text: str) -> list[str]:
    """What is wrong with a page's heading ids, one sentence each."""
    seen: set[str] = set()
    said = []
    for number, (_, name) in enumerate(headings(text), 1):
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            said.append(f"heading {number} needs an id in kebab case, {{#like-this}}; has {name!r}")
        elif name in seen:
            said.append(f"heading {number}: the id {name!r} is already taken on this page")
        seen.add(name)
    return said
