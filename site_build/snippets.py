"""The snippets: their files, their stories, and the recordings of their runs."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from recorder.errors import StoryError
from recorder.toml import read_toml
from site_build.markers import kept, without_markers

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "snippets"
LANGUAGES = ("zh", "en")
SUFFIXES = {".py": "python", ".js": "javascript"}
TESTS = "test_"  # begins the file that a pattern's reader tests the copy with
KINDS = frozenset(
    {
        "blocks",
        "loses_work",
        "runs_twice",
        "hides_error",
        "wrong_order",
        "leaks",
        "stale_answer",
    }
)


class SnippetError(Exception):
    """A snippet that does not exist or whose story lacks something; the message names the fix."""


@dataclass(frozen=True)
class Snippet:
    """One file of a claim or pattern: `sequential_order/wrong`, `own_session/app`."""

    name: str
    variant: str
    path: Path
    meta: dict[str, Any]
    story: dict[str, Any]

    @property
    def id(self) -> str:
        """What fences, marks and links call it."""
        return f"{self.name}/{self.variant}"

    @property
    def language(self) -> str:
        """The programming language, in Pygments' words."""
        return SUFFIXES[self.path.suffix]

    @property
    def is_measured(self) -> bool:
        """Whether it needs a real server, and its recording comes from evidence/."""
        return bool(self.meta.get("runs", self.story.get("runs")) == "measured")

    @property
    def is_live(self) -> bool:
        """Whether a reader can run it: it needs no real server."""
        return not self.is_measured

    @property
    def is_python(self) -> bool:
        """Whether Python plays it, and not the JavaScript of a browser or of Node."""
        return self.language == "python"

    @property
    def needs_stacks(self) -> bool:
        """Whether its recording is another one in a browser that cannot suspend a thread."""
        return bool(self.meta.get("needs") == "stacks")

    @property
    def verdict(self) -> str:
        """Whether the file shows the "wrong" way, the "right" one, or just "shows" something."""
        first = self.variant.split("_")[0]
        return first if first in ("wrong", "right") else "shows"

    @property
    def counterpart(self) -> str:
        """The variant that this one is compared with: `right_threads` for `wrong_threads`."""
        swap = {"wrong": "right", "right": "wrong"}
        first, _, rest = self.variant.partition("_")
        return "_".join([swap.get(first, first), rest]).rstrip("_")

    def label(self, language: str) -> str:
        """One line that says what the file shows."""
        return str(self.meta[language])

    @property
    def code(self) -> str:
        """The file without the markers that pages quote by."""
        return without_markers(self.path.read_text("utf-8").splitlines())

    def lines_in_code(self) -> dict[int, int]:
        """Which line of `code` each line of the file is, if it is there; both count from 1."""
        left = kept(self.path.read_text("utf-8").splitlines())
        return {n + 1: place for place, n in enumerate(left, 1)}

    def section(self, name: str) -> str:
        """The lines between the markers `--8<-- [start:name]` and `[end:name]`.

        Raises:
            SnippetError: the file has no such section, or it is empty.
        """
        lines = self.path.read_text("utf-8").splitlines()
        start, end = (
            next((n for n, line in enumerate(lines) if f"--8<-- [{edge}:{name}]" in line), None)
            for edge in ("start", "end")
        )
        found = without_markers(lines[start:end]) if start is not None and end else ""
        if not found.strip():
            raise SnippetError(f"{self.id} has no section {name!r}")
        return found


def names() -> list[str]:
    """The folders of all claims and patterns."""
    return sorted(path.parent.name for path in FOLDER.glob("*/story.toml"))


def has(name: str) -> bool:
    """Whether there is a folder of this claim or pattern."""
    return (FOLDER / name / "story.toml").is_file()


def is_pattern(name: str) -> bool:
    """Whether a folder's `app` is to be copied: its story names what that requires."""
    return "requirements" in story(name)


def claims() -> list[str]:
    """The folders of what makes a claim: with a question, mostly with a wrong and a right."""
    return [name for name in names() if not is_pattern(name)]


def patterns() -> list[str]:
    """The folders of apps to copy."""
    return [name for name in names() if is_pattern(name)]


def variants(name: str) -> list[str]:
    """All variants of a claim or pattern, in the alphabet's order; its own tests are none."""
    files = [path for path in (FOLDER / name).iterdir() if path.suffix in SUFFIXES]
    return sorted(path.stem for path in files if not path.stem.startswith(TESTS))


def story(name: str) -> dict[str, Any]:
    """The content of a claim's story.toml.

    Raises:
        SnippetError: there is none, or it is not TOML.
    """
    path = FOLDER / name / "story.toml"
    try:
        return _toml(path, path.stat().st_mtime_ns if path.is_file() else 0)
    except StoryError as error:
        raise SnippetError(f"{error}; the folders are: {', '.join(names())}") from error


@cache
def _toml(path: Path, changed: int) -> dict[str, Any]:
    return read_toml(path)


def snippet(snippet_id: str) -> Snippet:
    """The snippet of an id such as `sequential_order/wrong`.

    Raises:
        SnippetError: there is no such file, or its story says nothing about it.
    """
    name, slash, variant = snippet_id.partition("/")
    if not slash:
        raise SnippetError(f"{snippet_id!r} is no snippet; write folder/variant")
    content = story(name)
    found = [FOLDER / name / f"{variant}{suffix}" for suffix in SUFFIXES]
    path = next((path for path in found if path.is_file()), None)
    if path is None:
        known = ", ".join(f"{name}/{known}" for known in variants(name))
        raise SnippetError(f"there is no snippet {snippet_id!r}; there are: {known}")
    meta = content.get(variant)
    if not isinstance(meta, dict) or not all(isinstance(meta.get(k), str) for k in LANGUAGES):
        raise SnippetError(
            f"snippets/{name}/story.toml: says nothing about {variant!r}; "
            f'add [{variant}] with zh = "…" and en = "…"'
        )
    if variant.startswith("wrong") and meta.get("kind") not in KINDS:
        raise SnippetError(
            f"snippets/{name}/story.toml: [{variant}] needs a kind, "
            f"one of {', '.join(sorted(KINDS))}"
        )
    return Snippet(name, variant, path, meta, content)
