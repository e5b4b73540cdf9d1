"""Questions to the search, each with the pages of which one should come first."""

import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.toml"))
FIRST, FIRST_THREE = 95, 100  # per cent: the aims


def language(file: Path) -> str:
    """The language of a file of questions: "en" of tuning.en.toml."""
    return file.suffixes[0].removeprefix(".")


Found = list[tuple[str, list[str], list[str]]]  # questions, what is wanted, and what came


def queries(file: Path) -> list[tuple[str, list[str]]]:
    """The questions of a file, each with the ids of the pages of which one should come first."""
    told = tomllib.loads(file.read_text("utf-8"))
    return [(query["q"], [query["page"], *query.get("also", ())]) for query in told["queries"]]


def page_of(address: str) -> str:
    """The id of the page at an address below the site: "memory" of "en/memory/#wrong"."""
    path = address.partition("#")[0].removeprefix("en/").rstrip("/")
    return path or "index"


def first(found: Found, count: int = 1) -> int:
    """Of how many questions a page that is wanted is among the first."""
    return sum(not set(wanted).isdisjoint(pages[:count]) for _, wanted, pages in found)


def figures(found: Found) -> str:
    """What a run over a file's questions says, as it is printed."""
    return f"hits@1 {first(found)} of {len(found)}, hits@3 {first(found, 3)} of {len(found)}"


def missed(found: Found) -> list[str]:
    """The questions whose page does not come first, and what comes instead."""
    return [
        f"{question!r} should lead to {' or '.join(wanted)}, but leads to {pages[:3]}"
        for question, wanted, pages in found
        if not set(wanted) & set(pages[:1])
    ]


def holds(found: Found) -> bool:
    """Whether the aims hold."""
    aims = ((1, FIRST), (3, FIRST_THREE))
    return all(100 * first(found, count) >= aim * len(found) for count, aim in aims)
