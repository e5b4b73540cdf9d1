"""Marks that rest on a row of evidence, and the rows on the pages.

    [lost]{ data-claim="evidence/celery-early-ack-kill finished = 0" }
    [8.6 s]{ data-claim="evidence/celery-fast-sweep run_again_after_s" }

After the row's id stands an expression over its result:

    KEY                 a value; of a list of measurements the median
    min KEY, max KEY    the least and the greatest of a list
    10.5                a number; `true` and `false` are 1 and 0
    A - B               a difference
    A = B, A < B        a statement, also with <=; it must hold for each measurement of a list
    A ~ words           a statement: the text A contains the words
    KEY                 a statement, too, if the value is a truth

A number in the marked text is compared at the precision at which it is printed.
"""

import re
import statistics
from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import Any

from evidence.rows import Row, row, row_of
from site_build.snippets import snippet

PREFIX = "evidence/"
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
}


class UnreadableExpression(LookupError):
    """An expression over a row that makes no sense, or asks for a key that is not there."""


def row_for(subject: str) -> str:
    """The id of the row that a mark on `subject` rests on, "" if it rests on a live run.

    Raises:
        SnippetError: the subject is a snippet that does not exist.
    """
    if subject.startswith(PREFIX):
        return subject.removeprefix(PREFIX)
    return row_of(subject) if "/" in subject and snippet(subject).is_measured else ""


def evaluate(claim: str) -> float | bool | str:
    """The value of `evidence/<row-id> EXPRESSION`.

    Raises:
        UnreadableExpression: the message names what can be asked for.
        NoSuchRow: there is no row of that id.
    """
    row_id, _, expression = claim.removeprefix(PREFIX).partition(" ")
    found = row(row_id)
    left, contains, words = expression.partition(" ~ ")
    if contains:
        return words.strip() in str(_value(left, found))
    parts = re.split(r" (<=|<|=) ", expression)
    if len(parts) == 1:
        return _one(_value(expression, found))
    if len(parts) % 2 == 0:
        raise UnreadableExpression(f"cannot read {expression!r}")
    values = [_numbers(part, found) for part in parts[::2]]
    return all(
        _OPERATORS[operator](a, b)
        for (left_side, right_side), operator in zip(pairwise(values), parts[1::2], strict=True)
        for a, b in product(left_side, right_side)
    )


def agrees(shown: str, value: float) -> bool:
    """Whether a printed number is the value, rounded as it is printed."""
    places = len(shown.partition(".")[2])
    half: float = 0.5 / 10**places
    return abs(float(shown) - value) <= half + 1e-9


def _one(value: Any) -> float | bool | str:
    if isinstance(value, list):
        return float(statistics.median(value))
    return value if isinstance(value, bool | str) else float(value)


def _numbers(text: str, found: Row) -> Sequence[float]:
    value = _value(text, found)
    if isinstance(value, str):
        raise UnreadableExpression(f"{text!r} is a text; compare it with ~")
    return value if isinstance(value, list) else [float(value)]


def _value(text: str, found: Row) -> Any:
    first, *rest = text.split(" - ")
    if not rest:
        return _operand(text, found)
    numbers = [_one(_operand(part, found)) for part in (first, *rest)]
    if any(isinstance(one, str) for one in numbers):
        raise UnreadableExpression(f"{text!r} is a text; compare it with ~")
    return float(numbers[0]) - sum(float(one) for one in numbers[1:])


def _operand(text: str, found: Row) -> Any:
    words = text.split()
    if re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        return float(text)
    if words in (["true"], ["false"]):
        return float(words == ["true"])
    edge = {"min": min, "max": max}.get(words[0]) if len(words) == 2 else None
    if (len(words) != 1 and edge is None) or words[-1] == "recording":
        raise UnreadableExpression(f"cannot read {text!r}")
    if words[-1] not in found.result:
        raise UnreadableExpression(
            f"row {found.id} has no {words[-1]!r}; it has: {', '.join(found.result)}"
        )
    value = found.result[words[-1]]
    return float(edge(value)) if edge else value
