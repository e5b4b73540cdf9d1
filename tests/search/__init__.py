"""Questions to the search, each with the page that should come first."""

import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.toml"))
FIRST, FIRST_THREE = 95, 100  # per cent: the aims


def language(file: Path) -> str:
    """The language of a file of questions: "en" of tuning.en.toml."""
    return file.suffixes[0].removeprefix(".")


def queries(file: Path) -> list[tuple[str, str]]:
    """The questions of a file, each with the id of the page that should come first."""
    told = tomllib.loads(file.read_text("utf-8"))
    return [(query["q"], query["page"]) for query in told["queries"]]


def page_of(address: str) -> str:
    """The id of the page at an address below the site: "memory" of "en/memory/#wrong"."""
    path = address.partition("#")[0].removeprefix("en/").rstrip("/")
    return path or "index"


def figures(found: list[tuple[str, str, list[str]]]) -> str:
    """What a run over a file's questions says, as it is printed."""
    first = sum(pages[:1] == [wanted] for _, wanted, pages in found)
    three = sum(wanted in pages[:3] for _, wanted, pages in found)
    return f"hits@1 {first} of {len(found)}, hits@3 {three} of {len(found)}"


def missed(found: list[tuple[str, str, list[str]]]) -> list[str]:
    """The questions whose page does not come first, and what comes instead."""
    return [
        f"{question!r} should lead to {wanted}, which is "
        f"{f'number {pages.index(wanted) + 1}' if wanted in pages else 'not found'}: {pages[:3]}"
        for question, wanted, pages in found
        if pages[:1] != [wanted]
    ]


def holds(found: list[tuple[str, str, list[str]]]) -> bool:
    """Whether the aims hold."""
    first = sum(pages[:1] == [wanted] for _, wanted, pages in found)
    three = sum(wanted in pages[:3] for _, wanted, pages in found)
    return 100 * first >= FIRST * len(found) and 100 * three >= FIRST_THREE * len(found)
