"""Numbers, texts and statements about a recording, written as expressions.

    KIND NAME? @VISITOR? #N?       the virtual second of an event (the N-th that matches)
    count KIND NAME? @VISITOR?     how many events match
    status @VISITOR? #N?           the status of a response
    text KIND NAME? @VISITOR? #N?  the text of an event
    body @VISITOR? #N?             the body of a response
    end                            the virtual second of the last event
    10.5                           a number
    A - B                          a difference
    A = B, A < B, A <= B           a statement, true or false
    A ~ words                      a statement: the text A contains the words
    A = B and C ~ words            a statement: both are true; if the first is not, so is the whole

A name matches with or without the outer names.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from recorder.timeline import Timeline

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
}


class ExpressionError(ValueError):
    """An expression that cannot be read."""


def evaluate(expression: str, timeline: Timeline) -> float | bool | str:
    """The value of an expression over a recording.

    Raises:
        ExpressionError: the expression cannot be read.
        LookupError: an event or a response is not in the recording.
    """
    parts = expression.split(" and ")
    if len(parts) == 1:
        return _value(expression, timeline)
    return all(_is_true(part, timeline) for part in parts)


def _is_true(text: str, timeline: Timeline) -> bool:
    value = _value(text, timeline)
    if not isinstance(value, bool):
        raise ExpressionError(f"cannot read {text!r}: a statement was expected")
    return value


def _value(expression: str, timeline: Timeline) -> float | bool | str:
    left, contains, words = expression.partition(" ~ ")
    if contains:
        return words.strip() in str(_operand(left, timeline))
    parts = re.split(r" (<=|<|=) ", expression)
    if len(parts) == 1:
        return _difference(expression, timeline)
    if len(parts) % 2 == 0:
        raise ExpressionError(f"cannot read {expression!r}")
    values = [_number(_difference(part, timeline), part) for part in parts[::2]]
    pairs = zip(values, parts[1::2], values[1:], strict=False)
    return all(_OPERATORS[operator](a, b) for a, operator, b in pairs)


def _difference(text: str, timeline: Timeline) -> float | str:
    first, *rest = [_operand(part, timeline) for part in text.split(" - ")]
    if not rest:
        return first
    return round(_number(first, text) - sum(_number(value, text) for value in rest), 9)


def _number(value: float | str, text: str) -> float:
    if isinstance(value, str):
        raise ExpressionError(f"{text!r} is a text; compare it with ~")
    return value


def _operand(text: str, timeline: Timeline) -> float | str:
    words = text.split()
    if words == ["end"]:
        return timeline.end
    if re.fullmatch(r"\d+(\.\d+)?", text.strip()):
        return float(text)
    visitor = next((word[1:] for word in words if word.startswith("@")), None)
    nth = next((int(word[1:]) for word in words if re.fullmatch(r"#\d+", word)), None)
    plain = [word for word in words if word[0] not in "@#"]
    if not plain:
        raise ExpressionError(f"cannot read {text!r}")
    if plain[0] in ("status", "body"):
        answers = [r for r in timeline.responses if visitor in (None, r.visitor)]
        answer = _pick(answers, nth, text)
        return float(answer.status) if plain[0] == "status" else answer.body
    verb = plain.pop(0) if plain[0] in ("count", "text") else ""
    kind, name = plain[0] if plain else "", plain[1] if len(plain) > 1 else None
    if len(plain) > 2 or not ("." in kind or kind in ("log", "print")):
        raise ExpressionError(f"cannot read {text!r}: an event is KIND NAME @VISITOR #N")
    found = timeline.find(kind, name, visitor)
    if verb == "count":
        return float(len(found))
    event = _pick(found, nth, text)
    return str(event.text) if verb == "text" else float(event.at)


def _pick(found: list[Any], nth: int | None, text: str) -> Any:
    if nth is None and len(found) != 1:
        raise LookupError(f"{text!r} matches {len(found)} times in the recording, expected once")
    if nth is not None and not 0 < nth <= len(found):
        raise LookupError(f"{text!r} matches {len(found)} times in the recording")
    return found[(nth or 1) - 1]


def truths(expressions: Iterable[str], timeline: Timeline) -> list[bool | None]:
    """Whether each statement is true; None for one that is none, or whose event is not there."""
    return [_truth(expression, timeline) for expression in expressions]


def _truth(expression: str, timeline: Timeline) -> bool | None:
    try:
        value = evaluate(expression, timeline)
    except (LookupError, ValueError):
        return None
    return value if isinstance(value, bool) else None
