"""How rules and conditions of the page `choose` are worded."""

from collections.abc import Iterable
from typing import Any

from site_build.choice import Choice, Condition, choice
from site_build.headings import place
from site_build.markup import inline
from site_build.page import current


def told(of: dict[str, Any]) -> str:
    """A text in the language of the page at hand, as HTML."""
    return inline(of[current.language])


def words(key: str) -> str:
    """One of the words that the file has for the page itself, as HTML."""
    return told(choice().declared["words"][key])


def name(answer: str) -> str:
    """What an answer is called: its heading on the page.

    Raises:
        NoPlaceError: the page has no such heading.
    """
    return inline(place(f"choose#{answer}")[1])


def options(drawn: Choice, question: str, allowed: Iterable[str]) -> str:
    """The options that a condition allows, in a few words."""
    (asked,) = (one for one in drawn.declared["questions"] if one["id"] == question)
    known, listed = asked["options"], list(allowed)
    left = [option for option in known if option["id"] not in listed]
    if len(left) == 1 and "not" in left[0]:
        return told(left[0]["not"])
    named = (told(option["short"]) for option in known if option["id"] in listed)
    return words("either").join(named)


def condition(drawn: Choice, of: Condition) -> str:
    """A condition in words: "may be lost: no; takes: minutes"."""
    asked = {one["id"]: one["short"] for one in drawn.declared["questions"]}
    parts = [_part(drawn, asked, item) for item in of.all_of.items()]
    one_of = words("or").join(_part(drawn, asked, item) for item in of.one_of.items())
    return words("and").join(filter(None, [*parts, one_of]))


def _part(drawn: Choice, asked: dict[str, Any], item: tuple[str, tuple[str, ...]]) -> str:
    question, allowed = item
    return f"{told(asked[question])}{words('colon')}{options(drawn, question, allowed)}"
