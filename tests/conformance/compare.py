"""Compares what the recorder says with what a real server did."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from recorder import Story
from tests.conformance.outcome import LOOP, Answer, Outcome, Said

ABSOLUTE, RELATIVE = 0.1, 0.2  # virtual seconds, and a part of the duration; the larger counts


def near(real: float, virtual: float) -> bool:
    """Whether two durations agree."""
    return abs(real - virtual) <= max(ABSOLUTE, RELATIVE * abs(virtual))


def differences(real: Outcome, virtual: Outcome, late: list[Outcome], story: Story) -> list[str]:
    """What a real server did otherwise, one line each. `late` are the same run, jittered."""
    found = list(_of_labels(real, virtual))
    if not found:
        sent = {request.visitor: request.at for request in story.requests}
        found = [*_of_moments(real, virtual, sent), *_of_order(real, virtual, late)]
    for request in story.requests:
        who = request.visitor
        found += _of_answers(who, request.at, real.answers[who], virtual.answers[who])
    return found


def is_fragile(plain: Outcome, late: list[Outcome]) -> bool:
    """Whether a few milliseconds decide what happens: then no clock can say what it will be."""
    before = plain.when()
    return any(
        before.keys() != other.when().keys()
        or any(abs(at - before[label]) > 2 * ABSOLUTE for label, at in other.when().items())
        or any(
            (mine.status, mine.body, mine.closing) != (yours.status, yours.body, yours.closing)
            or (mine.complete is None) != (yours.complete is None)
            for mine, yours in zip(other.answers.values(), plain.answers.values(), strict=True)
        )
        for other in late
    )


def _of_labels(real: Outcome, virtual: Outcome) -> Iterator[str]:
    there, expected = real.when(), virtual.when()
    yield from (f"{label}: not with uvicorn" for label in expected if label not in there)
    yield from (f"{label}: only with uvicorn" for label in there if label not in expected)


def _of_moments(real: Outcome, virtual: Outcome, sent: dict[str, float]) -> Iterator[str]:
    there = real.when()
    for who, asked in sent.items():
        lines = [line for line in virtual.said if line.visitor == who]
        for line in lines:
            if not near(there[line.label] - asked, line.at - asked):
                yield f"{line.label}: at {there[line.label]:.2f} instead of {line.at:.2f}"
        for first, second in pairwise(lines):
            took, expected = there[second.label] - there[first.label], second.at - first.at
            if expected and not near(took, expected):
                yield f"{first.label} to {second.label}: {took:.2f} instead of {expected:.2f}"


def _of_order(real: Outcome, virtual: Outcome, late: list[Outcome]) -> Iterator[str]:
    """Pairs in another order, of those that have one.

    They do if they are apart, and if the one leads to the other: then they are at one instant
    however late all others are.
    """
    there, others = real.when(), [outcome.when() for outcome in late]

    def is_ordered(first: Said, second: Said) -> bool:
        if first.at != second.at:
            return second.at - first.at > 2 * ABSOLUTE
        if any(other[first.label] != other[second.label] for other in others):
            return False
        # A thread is as quick as it likes; and a set of tasks is cancelled in any order.
        on_loop = first.thread == second.thread == LOOP and not first.is_cancelled
        return on_loop or first.doer == second.doer

    for first, second in combinations(virtual.said, 2):
        if is_ordered(first, second) and there[first.label] > there[second.label]:
            yield f"{second.label}: before {first.label}"


def _of_answers(who: str, asked: float, real: Answer, virtual: Answer) -> Iterator[str]:
    for what in ("status", "body", "closing"):
        there, expected = getattr(real, what), getattr(virtual, what)
        if there != expected:
            yield f"{who}'s {what}: {there!r} instead of {expected!r}"
    if (real.complete is None) != (virtual.complete is None):
        yield f"{who}'s answer: complete at {real.complete} instead of {virtual.complete}"
    elif not near((real.complete or asked) - asked, (virtual.complete or asked) - asked):
        yield f"{who}'s answer: at {real.complete:.2f} instead of {virtual.complete:.2f}"
    end = 0
    for at, text in virtual.pieces:
        end = virtual.body.find(text, end) + len(text)
        came = real.arrival(end)
        if came is not None and not near(came - asked, at - asked):
            yield f"{who}'s {text!r}: came at {came:.2f} instead of {at:.2f}"
