"""What several questions have in common: one question, put to several subjects."""

import re
from collections.abc import Sequence
from itertools import takewhile

_LAST_WORD = re.compile(r"[^\s，：]+[\s，：]*$")


def shared(questions: Sequence[str]) -> tuple[str, str]:
    """How all begin and how all end; no word or version is cut.

    >>> shared(["RQ, by default: is it lost?", "arq, by default: is it lost?"])
    ('', ', by default: is it lost?')
    >>> shared(["Ask with Retry(3): and then?", "Ask with Retry(3, all): and then?"])
    ('Ask with ', '): and then?')
    """
    first = questions[0]
    if len(questions) == 1:
        return first, ""
    before = _beginning(questions)
    while before and any(_is_inside_word(text, len(before)) for text in questions):
        before = before[:-1]
    rest = [text[len(before) :] for text in questions]
    after = _beginning([text[::-1] for text in rest])[::-1]
    while after and any(_is_inside_word(text, len(text) - len(after)) for text in rest):
        after = after[1:]
    while before and any(len(text) == len(before) + len(after) for text in questions):
        before = _LAST_WORD.sub("", before)  # one is a part of another, and has a name all the same
    return before, after


def subject(question: str, common: tuple[str, str]) -> str:
    """What is particular in a question."""
    before, after = common
    return question[len(before) : len(question) - len(after)]


def alike(one: str, other: str) -> float:
    """Which part of the longer one two questions share, from 0 to 1."""
    before, after = shared([one, other])
    return (len(before) + len(after)) / max(len(one), len(other))


def _beginning(texts: Sequence[str]) -> str:
    alike = takewhile(lambda chars: len(set(chars)) == 1, zip(*texts, strict=False))
    return "".join(chars[0] for chars in alike)


def _is_inside_word(text: str, place: int) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_.]{2}", text[max(place - 1, 0) : place + 1]) is not None
