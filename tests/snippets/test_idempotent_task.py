"""What the page "idempotent-task" says, as assertions."""

from collections.abc import Callable

import pytest

from recorder import Timeline
from tests.snippets.patterns import Break, check

Play = Callable[[str], Timeline]

CHECKED_FIRST = "    if await is_done(key):\n        return\n    await charge(key, amount)\n"
UNIQUE = "    key: Mapped[str] = mapped_column(primary_key=True)\n"

BREAKS = [
    Break(
        "test_the_same_request_twice_is_answered_twice_and_done_once",
        "tasks.add_task(top_up, idempotency_key, ",
        "tasks.add_task(top_up, str(time.time()), ",
    ),
    Break(
        "test_another_key_is_another_top_up",
        "tasks.add_task(top_up, idempotency_key, ",
        'tasks.add_task(top_up, f"top-up-{account_id}", ',
    ),
    Break(
        "test_a_request_without_a_key_is_refused",
        "Annotated[str, Header()],",
        'Annotated[str, Header()] = "",',
    ),
    Break(
        "test_a_repeated_call_does_not_ask_the_provider_again",
        CHECKED_FIRST,
        "    await charge(key, amount)\n",
    ),
    Break(
        "test_calls_at_the_same_time_change_the_balance_once",
        UNIQUE,
        "    id: Mapped[int] = mapped_column(primary_key=True)\n    key: Mapped[str]\n",
    ),
    Break(
        "test_calls_at_the_same_time_change_the_balance_once",
        "            return\n        more",
        "            await db.rollback()\n        more",
    ),
    Break(
        "test_a_failed_effect_leaves_no_key_so_that_a_repeated_call_does_it",
        "            await db.flush()\n        except",
        "            await db.commit()\n        except",
    ),
    Break(
        "test_a_call_that_died_after_the_provider_is_finished_by_the_next_with_the_same_key",
        "await charge(key, amount)",
        'await charge(f"{key} {time.time()}", amount)',
    ),
    Break(
        "test_the_provider_is_asked_before_the_key_is_stored",
        CHECKED_FIRST,
        "    if await is_done(key):\n        return\n"
        "    async with SessionLocal.begin() as db:\n        await db.merge(Done(key=key))\n"
        "    await charge(key, amount)\n",
    ),
    Break(
        "test_a_restart_forgets_no_key",
        'os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///app.db")',
        '"sqlite+aiosqlite://"',
    ),
]


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("idempotent-task", BREAKS)


def test_two_calls_overlap_and_the_balance_changes_once(play: Play) -> None:
    timeline = play("app")
    ann, bob = (timeline.at("task.started", "top_up", who) for who in ("ann", "bob"))
    assert ann < bob < timeline.at("task.finished", "top_up", "ann")
    assert timeline.responses[-1].body == '{"id":1,"balance":10}'


def test_the_second_of_two_calls_asks_the_provider_too_with_the_same_key(play: Play) -> None:
    line = "Idempotency-Key order-7: charge 10\n"
    assert play("app").printed == line * 2
    (log,) = play("app").find("log")
    assert (log.visitor, log.text) == ("bob", "WARNING order-7 has been done meanwhile")


def test_a_call_after_the_first_is_done_returns_at_once(play: Play) -> None:
    timeline = play("app")
    assert timeline.at("task.started", "top_up", "cat") == timeline.at(
        "task.finished", "top_up", "cat"
    )
    assert not timeline.find("task.failed")
