"""Draws apps and stories with Hypothesis."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from recorder import Message, Request, Story
from tests.conformance import description as d
from tests.conformance.build import path

VISITORS = ("ann", "bob", "cat", "dan")
_DEPTH = 2  # how often a step may have steps of its own
_seconds = st.sampled_from((0.5, 1.0, 1.5))
_timeouts = st.sampled_from((0.75, 1.25))  # no sleep ends with it
_places = st.sampled_from(("loop", "thread"))
_FAILURES = st.sampled_from(("error", "error", "http"))
_TOGETHER = st.sampled_from(("gather", "group", "wait", "first"))
_THREADS = st.sampled_from(("to_thread", "threadpool", "executor", "user"))

# What is drawn as often as it is named.
_ON_LOOP = "sleep " * 5 + "block together together thread thread spawn timeout lock put get fail"
_IN_THREAD = "sleep " * 5 + "together together thread spawn lock lock put get fail"
_SIMPLE = ("sleep", "block", "put", "get", "fail")


@st.composite
def bodies(
    draw: Callable[..., Any],
    runs_in: str,
    depth: int = _DEPTH,
    *,
    least: int = 0,
    locked: bool = False,
) -> Any:
    """Steps for the event loop, or for a thread. One lock at a time: so nothing is deadlocked."""
    kinds = (_ON_LOOP if runs_in == "loop" else _IN_THREAD).split()
    if depth == 0:
        kinds = [kind for kind in kinds if kind in _SIMPLE]
    if locked:
        kinds = [kind for kind in kinds if kind != "lock"]
    steps: list[d.Step] = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=least, max_size=depth + 1)):
        steps.append(draw(_step(kind, runs_in, depth - 1, locked)))
        if kind == "fail":
            break
    return tuple(steps)


def _after_a_sleep(sleep: d.Sleep, steps: d.Steps) -> d.Steps:
    """A body that is not over at once: a thread that is asked for and cancelled at one instant
    has run in some runs of a real server, and in others not."""
    return (sleep, *steps)


def _step(kind: str, runs_in: str, depth: int, locked: bool) -> st.SearchStrategy[d.Step]:
    locked = locked or kind == "lock"
    same = bodies(runs_in, depth, least=1, locked=locked)
    one = (
        same
        if runs_in == "thread"
        else st.builds(_after_a_sleep, st.builds(d.Sleep, _seconds), same)
    )
    several = st.tuples(one, one) | st.tuples(one, one, one)
    strategies: dict[str, Callable[[], st.SearchStrategy[d.Step]]] = {
        "sleep": lambda: st.builds(d.Sleep, _seconds),
        "block": lambda: st.builds(d.Block, _seconds),
        "fail": lambda: st.builds(d.Fail, _FAILURES),
        "together": lambda: st.builds(d.Together, several, _TOGETHER),
        "thread": lambda: st.builds(
            d.Thread, bodies("thread", depth, least=1, locked=locked), _THREADS
        ),
        "spawn": lambda: st.builds(d.Spawn, same),
        "timeout": lambda: st.builds(d.Timeout, _timeouts, same),
        "lock": lambda: st.builds(d.Lock, body=same),
        "put": lambda: st.builds(d.Put),
        "get": lambda: st.builds(d.Get, _timeouts),
    }
    return strategies[kind]()


@st.composite
def tasks(draw: Callable[..., Any], more: bool = True) -> d.Task:
    """A background task."""
    runs_in = draw(_places)
    adds = draw(st.lists(tasks(more=False), max_size=1)) if more and draw(st.booleans()) else []
    return d.Task(runs_in, draw(bodies(runs_in, least=1)), tuple(adds))


@st.composite
def dependencies(draw: Callable[..., Any], scope: str = "", more: bool = True) -> d.Dependency:
    """A dependency. What it needs has its scope: FastAPI refuses some of the other pairs."""
    runs_in = draw(_places)
    within: Any = scope or draw(st.sampled_from(("request", "request", "function")))
    return d.Dependency(
        runs_in,
        before=draw(bodies(runs_in, 1)),
        after=draw(st.none() | bodies(runs_in, 1, least=1)),
        scope=within,
        needs=tuple(draw(st.lists(dependencies(within, more=False), max_size=1)) if more else ()),
        tasks=tuple(draw(st.lists(tasks(more=False), max_size=1))) if draw(st.booleans()) else (),
    )


@st.composite
def endpoints(draw: Callable[..., Any]) -> d.Endpoint:
    """An endpoint."""
    answers = ["value", "value", "value", "own", "stream", "stream|in|thread", "push", "echo"]
    answer = draw(st.sampled_from(answers)).replace("|", " ")
    socket = answer in ("push", "echo")
    runs_in: Any = "loop" if socket else draw(_places)
    inside = "thread" if answer == "stream in thread" else "loop"
    streams = socket or answer.startswith("stream")
    return d.Endpoint(
        runs_in,
        draw(bodies(runs_in)),
        tuple(draw(st.lists(dependencies(), max_size=2))),
        () if socket else tuple(draw(st.lists(tasks(), max_size=3))),
        answer,
        tuple(draw(st.lists(bodies(inside, 1), min_size=1, max_size=3))) if streams else (),
    )


middlewares = st.builds(d.Middleware, before=bodies("loop", 1), after=bodies("loop", 1))


@st.composite
def apps(draw: Callable[..., Any]) -> d.App:
    """An app of one or two endpoints, seldom with middleware."""
    has_middleware = draw(st.integers(0, 2)) == 2
    return d.App(
        tuple(draw(st.lists(endpoints(), min_size=1, max_size=2))),
        tuple(draw(st.lists(middlewares, min_size=1, max_size=2))) if has_middleware else (),
    )


@st.composite
def stories(draw: Callable[..., Any], app: d.App) -> Story:
    """One to four requests. Visitors come at different fifths of a second."""
    visitors = VISITORS[: draw(st.integers(1, len(VISITORS)))]
    asked = [draw(_requests(app, who, 0.2 * number)) for number, who in enumerate(visitors)]
    return Story(tuple(asked), budget=5.0)


@st.composite
def _requests(draw: Callable[..., Any], app: d.App, visitor: str, after: float) -> Request:
    asks = draw(st.integers(0, len(app.endpoints) - 1))
    endpoint = app.endpoints[asks]
    at = draw(st.integers(0, 3)) * 0.5 + after
    stays = draw(st.sampled_from((0.3, 0.8, 1.3, 2.3, 3.3)))
    leaves = at + stays if draw(st.integers(0, 3)) == 3 else None
    messages: tuple[Message, ...] = ()
    if endpoint.answer == "echo":  # it waits for ever for a message that does not come
        leaves = leaves or at + 3.8
        count = draw(st.integers(0, len(endpoint.chunks)))
        messages = tuple(Message(f"m{n}", round(at + 0.7 * n, 1)) for n in range(count))
    return Request(
        visitor,
        path(asks, visitor),
        "WEBSOCKET" if endpoint.is_socket else "GET",
        at=round(at, 1),
        messages=messages,
        leaves=None if leaves is None else round(leaves, 1),
    )


@st.composite
def drawn_cases(draw: Callable[..., Any]) -> tuple[d.App, Story]:
    """An app, and a story that it answers."""
    app = draw(apps())
    return app, draw(stories(app))
