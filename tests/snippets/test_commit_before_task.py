"""What the page "commit-before-task" says, as assertions."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.exceptions import FastAPIError
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from evidence.one_version.users import User, fill
from recorder import Request, Story, Timeline
from recorder import play as play_app
from site_build.snippets import ROOT, snippet

Play = Callable[[str], Timeline]
PAGE = (ROOT / "docs/en/commit-before-task.md").read_text("utf-8")


def mail_is_sent(timeline: Timeline) -> bool:
    """The invariant: the task finds the row of its own request."""
    return timeline.printed == "sent to ann@example.com\n"


def test_wrong_finds_no_row_and_says_nothing(wrong: Timeline) -> None:
    assert not mail_is_sent(wrong)
    assert wrong.printed == "no user 1\n"
    assert not [*wrong.find("task.failed"), *wrong.find("log")]
    assert {response.status for response in wrong.responses} == {200}


@pytest.mark.parametrize("variant", ["right", "right_commit"])
def test_right_finds_the_row(play: Play, variant: str) -> None:
    assert mail_is_sent(play(variant))


def test_wrong_commits_after_the_task_and_right_before_the_response(
    wrong: Timeline, right: Timeline
) -> None:
    assert wrong.at("dependency.closed", "get_db") == wrong.at("task.finished") == 2.0
    kinds = [event.kind for event in right.events]
    assert kinds.index("dependency.closed") < kinds.index("response.started")


def test_while_the_task_of_wrong_runs_nobody_sees_the_row(wrong: Timeline, play: Play) -> None:
    assert [response.body for response in wrong.responses] == ["1", "[]", '["ann@example.com"]']
    for variant in ("right", "right_commit"):
        assert play(variant).responses[1].body == '["ann@example.com"]'


def test_wrong_and_right_differ_in_the_scope_alone() -> None:
    wrong, right = ("".join(_code(variant).split()) for variant in ("wrong", "right"))
    assert wrong.replace("#(1)!", "").replace("#(2)!", "") == right.replace(',scope="function"', "")


def _code(variant: str) -> str:
    return snippet(f"commit_before_task/{variant}").code


def app_whose_task_writes(path: Path, statement: str) -> FastAPI:
    """The task writes to SQLite, without waiting for the lock."""
    app, engine = FastAPI(), create_engine(f"sqlite:///{path}", connect_args={"timeout": 0})
    fill(engine)

    def get_db() -> Iterator[Session]:
        with Session(engine) as db:
            yield db
            db.commit()

    def count_signup() -> None:
        with Session(engine) as db:
            db.execute(text(statement))
            db.commit()

    @app.post("/users")
    def create_user(tasks: BackgroundTasks, db: Session = Depends(get_db)) -> None:
        db.add(User(email="ann@example.com"))
        db.flush()
        tasks.add_task(count_signup)

    return app


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO users (email) VALUES ('counted')",
        "UPDATE users SET email = 'changed' WHERE id = 1",
        "UPDATE users SET email = 'changed' WHERE id = 2",
    ],
)
def test_a_task_that_writes_to_sqlite_finds_it_locked(tmp_path: Path, statement: str) -> None:
    story = Story((Request("ann", "/users", "POST"),))
    timeline = play_app(app_whose_task_writes(tmp_path / "app.db", statement), story)
    (failed,) = timeline.find("task.failed")
    assert "(sqlite3.OperationalError) database is locked" in failed.text
    assert timeline.response("ann").status == 200


def test_if_the_commit_fails_with_the_scope_no_task_runs() -> None:
    app = FastAPI()
    ran: list[str] = []

    def get_db() -> Iterator[None]:
        yield
        raise ConnectionError("the commit failed")

    @app.post("/users")
    def create_user(tasks: BackgroundTasks, _: None = Depends(get_db, scope="function")) -> None:
        tasks.add_task(ran.append, "task")

    timeline = play_app(app, Story((Request("ann", "/users", "POST"),)))
    assert timeline.response("ann").status == 500
    assert not ran


def test_a_yield_dependency_without_the_scope_cannot_build_on_one_with_it() -> None:
    app = FastAPI()

    def get_db() -> Iterator[int]:
        yield 1

    def unit_of_work(db: int = Depends(get_db, scope="function")) -> Iterator[int]:
        yield db

    with pytest.raises(FastAPIError) as raised:
        app.get("/")(lambda unit=Depends(unit_of_work): unit)
    assert f"`{raised.value}`" in PAGE


def test_the_searches_on_the_page_find_wrong_and_not_right() -> None:
    commits, begins, unscoped = re.findall(r'`rg -nU? "([^`]+)" --type py`', PAGE)
    assert re.search(commits, _code("wrong").replace("  # (1)!", ""))
    assert re.search(begins, "    with Session(engine) as db, db.begin():")
    create_user = _code("right").partition("def create_user")[2].partition("@app")[0]
    assert re.search(unscoped, _code("wrong"))
    assert not re.search(unscoped, create_user)
