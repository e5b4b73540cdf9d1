"""What is promised of a run: an expression, false of the wrong variants and true of the right.

    [[invariants]]
    zh = "…"
    en = "Bob gets in as soon as he asks"
    if = "request.received @bob = request.sent @bob"
    fails = ["wrong"]
    holds = ["right"]

A variant has the first of its story's in which it is listed. What a pattern promises of its `app`
has no `fails`: there is no wrong one beside it.
"""

from dataclasses import dataclass
from typing import Any

from site_build.snippets import LANGUAGES, Snippet, SnippetError, is_pattern, snippet, story


@dataclass(frozen=True)
class Invariant:
    """One promise: its sentence in each language, its expression, and the variants."""

    says: dict[str, str]
    expression: str
    fails: list[str]
    holds: list[str]

    def pair(self, found: Snippet) -> str:
        """The id of the variant to compare one with: of a wrong one a right one, and vice versa.

        A pattern's has none: "".
        """
        others = self.holds if found.variant in self.fails else self.fails
        if not others:
            return ""
        other = found.counterpart if found.counterpart in others else others[0]
        return f"{found.name}/{other}"


def invariants(name: str) -> list[Invariant]:
    """The invariants of a claim, in their order.

    Raises:
        SnippetError: one lacks something, or lists a variant that does not exist or is not live.
    """
    return [_invariant(name, table) for table in story(name).get("invariants", ())]


def _invariant(name: str, table: dict[str, Any]) -> Invariant:
    try:
        says = {language: str(table[language]) for language in LANGUAGES}
        given = table if not is_pattern(name) else {"fails": [], **table}
        made = Invariant(says, str(table["if"]), list(given["fails"]), list(table["holds"]))
    except KeyError as error:
        raise SnippetError(
            f"snippets/{name}/story.toml: [[invariants]] needs zh, en, if, fails and holds; "
            f"missing: {error}"
        ) from error
    listed = [snippet(f"{name}/{variant}") for variant in (*made.fails, *made.holds)]
    still = [found.variant for found in listed if not found.is_live]
    if still or not made.holds or not (made.fails or is_pattern(name)):
        why = f"{still[0]} is not live" if still else "fails and holds need a variant each"
        raise SnippetError(f"snippets/{name}/story.toml: [[invariants]] {made.expression!r}: {why}")
    return made


def invariant_of(found: Snippet) -> Invariant | None:
    """The first invariant in which a variant is listed."""
    every = invariants(found.name)
    return next((one for one in every if found.variant in (*one.fails, *one.holds)), None)
