"""What the page "db-session-lifetime" says, as assertions."""

import difflib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine, QueuePool, create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from evidence.one_version.users import User, fill
from recorder import Request, Story, Timeline
from recorder import play as play_app
from site_build.snippets import ROOT, snippet

Play = Callable[[str], Timeline]
LIMIT = "TimeoutError: QueuePool limit of size 1 overflow 0 reached, connection timed out"


def other_request_is_answered_at_once(timeline: Timeline) -> bool:
    """The invariant: Bob is answered at the second at which he asks, while Ann's task runs."""
    asked = timeline.at("request.sent", visitor="bob")
    ended = timeline.at("task.finished", visitor="ann")
    return timeline.at("response.finished", visitor="bob") == asked < ended


def mail_is_sent(timeline: Timeline) -> bool:
    """The other invariant: the task gets a connection and does its work."""
    return "sent to ann@example.com" in timeline.printed


def test_wrong_makes_the_next_request_wait_for_the_task(wrong: Timeline) -> None:
    assert not other_request_is_answered_at_once(wrong)
    assert wrong.at("response.finished", visitor="bob") == 5.0
    assert wrong.at("task.finished", visitor="ann") == 5.0


def test_wrong_raises_nothing_and_sends_the_mail(wrong: Timeline) -> None:
    assert mail_is_sent(wrong)
    assert not [*wrong.find("task.failed"), *wrong.find("log")]
    assert {response.status for response in wrong.responses} == {200}


@pytest.mark.parametrize("variant", ["right", "right_id_first"])
def test_right_answers_the_next_request_while_the_task_runs(play: Play, variant: str) -> None:
    assert other_request_is_answered_at_once(play(variant))
    assert mail_is_sent(play(variant))


def test_wrong_closes_the_session_after_the_task_and_right_before_the_response(
    wrong: Timeline, right: Timeline
) -> None:
    assert wrong.at("dependency.closed", "get_db", "ann") == 5.0
    assert right.at("dependency.closed", "get_db", "ann") == 0.0
    kinds = [event.kind for event in right.events if event.visitor == "ann"]
    assert kinds.index("dependency.closed") < kinds.index("response.started")


def test_id_first_leaves_the_session_open_but_without_a_connection(play: Play) -> None:
    assert play("right_id_first").at("dependency.closed", "get_db", "ann") == 5.0
    assert other_request_is_answered_at_once(play("right_id_first"))


def test_wrong_own_session_waits_for_a_connection_that_its_own_request_holds(play: Play) -> None:
    timeline = play("wrong_own_session")
    assert not mail_is_sent(timeline)
    (failed,) = timeline.find("task.failed")
    assert failed.at == 30.0
    assert failed.text.startswith(f"{LIMIT}, timeout 30.00")
    assert timeline.response("ann").status == 200
    assert timeline.at("response.finished") == 0.0


def test_wrong_own_session_and_right_differ_in_the_scope_alone() -> None:
    assert difference("wrong_own_session", "right") == {', scope="function"'}


def test_wrong_async_and_right_async_differ_in_the_scope_alone() -> None:
    assert difference("wrong_async", "right_async") == {', scope="function"'}


def difference(one: str, other: str) -> set[str]:
    """What two variants differ in, white space apart."""
    left, right = (
        "".join(snippet(f"db_session_lifetime/{variant}").code.split()) for variant in (one, other)
    )
    blocks = difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    changed = {right[d:e] for what, _, _, d, e in blocks if what != "equal"}
    return {text.replace(",", ", ", 1) for text in changed}


def test_a_task_that_mails_inside_its_session_makes_the_next_request_wait(play: Play) -> None:
    timeline = play("wrong_long_session")
    assert not other_request_is_answered_at_once(timeline)
    assert timeline.at("response.finished", visitor="bob") == 5.0
    assert timeline.at("dependency.closed", "get_db", "ann") == 0.0


def test_in_an_async_def_endpoint_the_wait_for_a_connection_stops_the_whole_app(
    play: Play,
) -> None:
    timeline = play("wrong_async_def")
    assert timeline.at("request.received", visitor="cat") == 31.0
    assert timeline.response("bob").status == 500
    assert [event.text.startswith(LIMIT) for event in timeline.find("request.failed")] == [True]


def test_the_task_of_an_async_def_app_had_ended_long_before(play: Play) -> None:
    assert play("wrong_async_def").at("thread.finished", "send_welcome_email", "ann") == 5.0


def test_wrong_async_gets_no_second_connection_and_right_async_does(play: Play) -> None:
    assert not mail_is_sent(play("wrong_async"))
    (failed,) = play("wrong_async").find("task.failed")
    assert failed.text.startswith(f"{LIMIT}, timeout 30.00")
    assert mail_is_sent(play("right_async"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """SQLAlchemy's default pool on a file."""
    made = create_engine(f"sqlite:///{tmp_path}/app.db")
    fill(made)
    yield made
    made.dispose()


def reading_app(engine: Engine, **scope: Any) -> FastAPI:
    """The endpoint only reads; the task opens a session of its own."""
    app, make_session = FastAPI(), sessionmaker(engine)

    def get_db() -> Iterator[Session]:
        with make_session() as db:
            yield db

    def send_welcome_email(user_id: int) -> None:
        with make_session() as db:
            db.get_one(User, user_id)

    @app.get("/user")
    def read_user(tasks: BackgroundTasks, db: Session = Depends(get_db, **scope)) -> None:
        tasks.add_task(send_welcome_email, db.scalars(select(User)).one().id)

    return app


def test_the_default_pool_has_fifteen_connections_and_waits_30_s(engine: Engine) -> None:
    assert isinstance(engine.pool, QueuePool)
    assert (engine.pool.size(), engine.pool._max_overflow, engine.pool._timeout) == (5, 10, 30.0)


def test_fifteen_requests_at_once_exhaust_the_default_pool(engine: Engine) -> None:
    story = Story(tuple(Request(f"visitor{n}", "/user") for n in range(15)))
    timeline = play_app(reading_app(engine), story)
    failed = timeline.find("task.failed")
    assert {response.status for response in timeline.responses} == {200}
    assert len(failed) == 15
    assert all(
        event.text.startswith(
            "TimeoutError: QueuePool limit of size 5 overflow 10 reached, "
            "connection timed out, timeout 30.00"
        )
        for event in failed
    )


def test_fourteen_do_not_and_with_the_function_scope_fifteen_do_not_either(engine: Engine) -> None:
    fourteen = Story(tuple(Request(f"visitor{n}", "/user") for n in range(14)))
    fifteen = Story(tuple(Request(f"visitor{n}", "/user") for n in range(15)))
    assert not play_app(reading_app(engine), fourteen).find("task.failed")
    assert not play_app(reading_app(engine, scope="function"), fifteen).find("task.failed")


def test_a_sub_dependency_without_the_scope_holds_a_second_session(engine: Engine) -> None:
    app, out = FastAPI(), []

    def get_db() -> Iterator[Session]:
        with Session(engine) as db:
            yield db

    def current_user(db: Session = Depends(get_db)) -> User:
        return db.scalars(select(User)).one()

    @app.get("/user")
    def read_user(
        tasks: BackgroundTasks,
        user: User = Depends(current_user),
        db: Session = Depends(get_db, scope="function"),
    ) -> None:
        tasks.add_task(lambda: out.append(engine.pool.status()))

    timeline = play_app(app, Story((Request("ann", "/user"),)))
    assert [event.name for event in timeline.find("dependency.opened")] == ["get_db", "get_db (2)"]
    assert "Current Checked out connections: 1" in out[0]


@pytest.mark.parametrize("scope", ["function", "request"])
def test_with_the_function_scope_the_session_ends_before_the_stream_begins(
    engine: Engine, scope: Literal["function", "request"]
) -> None:
    app = FastAPI()

    def get_db() -> Iterator[Session]:
        with Session(engine) as db:
            yield db

    @app.get("/users")
    def stream_users(db: Session = Depends(get_db, scope=scope)) -> StreamingResponse:
        return StreamingResponse(user.email for user in db.scalars(select(User)))

    timeline = play_app(app, Story((Request("ann", "/users"),)))
    kinds = [event.kind for event in timeline.events]
    ended_first = kinds.index("dependency.closed") < kinds.index("response.started")
    assert ended_first == (scope == "function")


def test_the_searches_on_the_page_find_wrong_and_not_right() -> None:
    page = (ROOT / "docs/en/db-session-lifetime.md").read_text("utf-8")
    handed, unscoped, commits = re.findall(r'`rg -nU? "([^`]+)" --type py`', page)
    assert re.search(handed, snippet("db_session_lifetime/wrong").code)
    assert not re.search(handed, snippet("db_session_lifetime/right").code)
    assert re.search(unscoped, snippet("db_session_lifetime/wrong_own_session").code)
    assert not re.search(unscoped, snippet("db_session_lifetime/right").code)
    assert re.search(commits, "        yield db\n        db.commit()\n")
    assert not re.search(commits, snippet("db_session_lifetime/right").code)
