"""What the releases are asked: the registry `topics.toml`, and the ids of its rows.

Imported by the build of the site, so it imports nothing that is slow.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REGISTRY = Path(__file__).with_suffix(".toml")
Words = dict[str, str]  # by language: zh, en
_OF_ASYNC_SESSION = {"zh": "（AsyncSession）", "en": " (AsyncSession)"}


@dataclass(frozen=True)
class Topic:
    """One question put to each release; `labels` names the keys of its result, best first."""

    name: str
    page: str
    question: Words
    labels: dict[str, Words]

    def row_id(self, release: str, package: str = "fastapi") -> str:
        """The id of the row that holds the answer of a release, "0.118.0"."""
        of = "" if package == "fastapi" else f"{package}-"
        return f"{self.name}-{of}{release.replace('.', '-')}"

    def asked_of(self, release: str, package: str = "FastAPI") -> Words:
        """The question as it is put to one release."""
        between = {"zh": "：", "en": ": "}
        return {
            language: f"{package} {release}{between[language]}{text}"
            for language, text in self.question.items()
        }

    def label(self, key: str) -> Words | None:
        """What a key of the result says; None of a detail."""
        plain = key.removeprefix("async_")
        if key in self.labels or plain not in self.labels:
            return self.labels.get(key)
        return {
            language: f"{text}{_OF_ASYNC_SESSION[language]}"
            for language, text in self.labels[plain].items()
        }


@cache
def topics() -> dict[str, Topic]:
    """All topics by name, in the order of the registry."""
    tables = tomllib.loads(REGISTRY.read_text("utf-8"))
    return {name: _topic(name, table, tables) for name, table in tables.items()}


def _topic(name: str, table: dict, tables: dict) -> Topic:
    labels = table["labels"] if "labels" in table else tables[table["labels_as"]]["labels"]
    return Topic(name, table["page"], table["question"], labels)


def topic_of(row_id: str) -> tuple[Topic, str] | None:
    """The topic of a row and the release that it asked; None of other rows."""
    found = re.fullmatch(r"(?P<topic>[a-z-]+?)-(?:starlette-)?(?P<release>\d[\d-]*)", row_id)
    if found is None or found["topic"] not in topics():
        return None
    return topics()[found["topic"]], found["release"].replace("-", ".")
