"""What the page "threadpool-limit" says, as assertions."""

import asyncio
import inspect
from collections.abc import Callable

import anyio.to_thread
from starlette import concurrency

from recorder import Timeline

Play = Callable[[str], Timeline]


def bob_is_answered_when_he_asks(timeline: Timeline) -> bool:
    """The invariant: a `def` endpoint does not wait for other people's mail."""
    return timeline.at("response.finished", visitor="bob") == timeline.at(
        "request.sent", visitor="bob"
    )


def mails(timeline: Timeline) -> list[tuple[str, float]]:
    """Who got a thread for their mail, and when."""
    return [(e.visitor, e.at) for e in timeline.find("thread.started", "smtp_send")]


def test_wrong_makes_bob_wait_for_a_thread(wrong: Timeline) -> None:
    assert not bob_is_answered_when_he_asks(wrong)
    assert wrong.at("request.received", visitor="bob") == 1.0
    assert wrong.at("thread.started", "price", "bob") == 3.0


def test_right_answers_bob_at_once(right: Timeline) -> None:
    assert bob_is_answered_when_he_asks(right)


def test_no_mail_is_sent_later_for_it(wrong: Timeline, right: Timeline) -> None:
    assert mails(wrong) == mails(right) == [("ann", 0.0), ("eve", 0.0), ("dan", 3.0)]


def test_sign_ups_are_answered_at_once_although_no_thread_is_free(wrong: Timeline) -> None:
    assert wrong.at("response.finished", visitor="dan") == 0.5


def test_right_bounded_refuses_when_one_mail_waits(play: Play) -> None:
    timeline = play("right_bounded")
    assert [timeline.response(who).status for who in ("ann", "eve", "dan")] == [200, 200, 200]
    refused = timeline.response("fay")
    assert refused.status == 503
    assert ("retry-after", "5") in [tuple(header) for header in refused.headers]
    assert not timeline.find("task.started", visitor="fay")


def test_anyio_has_40_threads_and_starlette_uses_just_these() -> None:
    async def tokens() -> float:
        return anyio.to_thread.current_default_thread_limiter().total_tokens

    assert anyio.run(tokens) == 40
    assert "anyio.to_thread.run_sync(func)" in inspect.getsource(concurrency.run_in_threadpool)


def test_to_thread_of_asyncio_takes_none_of_them() -> None:
    async def borrowed() -> list[int]:
        limiter, taken = anyio.to_thread.current_default_thread_limiter(), []
        for to_thread in (anyio.to_thread.run_sync, asyncio.to_thread):
            taken.append(await to_thread(lambda: limiter.borrowed_tokens))
        return taken

    assert anyio.run(borrowed) == [1, 0]
