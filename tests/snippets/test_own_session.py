"""What the page "own-session" says, as assertions."""

from collections.abc import Callable

import pytest

from recorder import Timeline
from tests.snippets.patterns import Break, check

Play = Callable[[str], Timeline]

FOUND = "test_the_task_finds_the_row_of_its_request"
REQUEST = "test_the_request_holds_no_connection_while_its_task_runs"
SLOW = "test_the_task_holds_no_connection_while_it_is_slow"
COMMITTED = "test_what_the_task_writes_is_committed"
HALF_DONE = "test_a_failing_task_leaves_nothing_half_done"
GIVEN_BACK = "test_a_failing_task_gives_its_connection_back"
AUTOCOMMIT = 'isolation_level="AUTOCOMMIT"'

BREAKS = [
    Break(FOUND, "    db.commit()\n    tasks", "    db.flush()\n    tasks"),
    Break(FOUND, "    await db.commit()\n", "    await db.flush()\n"),
    Break(FOUND, "(async_engine, expire_on_commit=False)", "(async_engine)"),
    Break(REQUEST, 'Depends(get_db, scope="function")', "Depends(get_db)"),
    Break(REQUEST, 'Depends(get_async_db, scope="function")', "Depends(get_async_db)"),
    Break(SLOW, "    send(email)\n", "        send(email)\n"),
    Break(SLOW, "    await send_async(email)\n", "        await send_async(email)\n"),
    Break(COMMITTED, "with SessionLocal.begin() as db:", "with SessionLocal() as db:"),
    Break(COMMITTED, "with AsyncSessionLocal.begin() as db:", "with AsyncSessionLocal() as db:"),
    Break(HALF_DONE, "create_engine(URL)", f"create_engine(URL, {AUTOCOMMIT})"),
    Break(
        HALF_DONE, "create_async_engine(ASYNC_URL)", f"create_async_engine(ASYNC_URL, {AUTOCOMMIT})"
    ),
    Break(
        GIVEN_BACK,
        "    with SessionLocal.begin() as db:\n",
        "    db = SessionLocal()\n    if db.begin():\n",
    ),
    Break(
        GIVEN_BACK,
        "    async with AsyncSessionLocal.begin() as db:\n",
        "    db = AsyncSessionLocal()\n    if await db.begin():\n",
    ),
]


@pytest.mark.verify  # some runs of pytest for each promise
def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("own-session", BREAKS)


@pytest.mark.parametrize(
    ("visitor", "dependency", "task"),
    [("ann", "get_db", "welcome"), ("bob", "get_async_db", "welcome_async")],
)
def test_the_request_closes_its_session_before_the_response_and_so_before_the_task(
    play: Play, visitor: str, dependency: str, task: str
) -> None:
    kinds = [event.kind for event in play("app").events if event.visitor == visitor]
    closed = kinds.index("dependency.closed")
    assert closed < kinds.index("response.started") < kinds.index("task.started")
    assert play("app").find("dependency.closed", dependency)
    assert play("app").find("task.finished", task)


def test_neither_pool_has_lent_a_connection_while_both_mails_are_being_sent(play: Play) -> None:
    timeline = play("app")
    asked = timeline.at("request.received", visitor="cat")
    for task in ("welcome", "welcome_async"):
        assert timeline.at("task.started", task) < asked < timeline.at("task.finished", task)
    assert timeline.response("cat").body.count("Current Checked out connections: 0") == 2


def test_both_halves_answer_at_once_and_send_their_mail(play: Play) -> None:
    timeline = play("app")
    assert [(r.visitor, r.status) for r in timeline.responses if r.visitor != "cat"] == [
        ("ann", 200),
        ("bob", 200),
    ]
    assert timeline.at("response.finished", visitor="ann") == 0.0
    assert timeline.at("response.finished", visitor="bob") == 1.0
    assert timeline.printed == "sent to ann@example.com\nsent to bob@example.com\n"
