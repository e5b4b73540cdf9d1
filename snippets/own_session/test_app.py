import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

import app

SYNC = ("/users?email=ann@example.com", "welcome", "send")
ASYNC = ("/async/users?email=ann@example.com", "welcome_async", "send_async")
both = pytest.mark.parametrize(("path", "task", "slow"), [SYNC, ASYNC], ids=["sync", "async"])


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/test.db")
    monkeypatch.setenv("ASYNC_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/test.db")
    importlib.reload(app)
    with TestClient(app.app) as client:
        yield client


def put(monkeypatch: pytest.MonkeyPatch, name: str, body: Any) -> None:
    """Replace a function of the app, `def` or `async def`, by one that calls `body`."""

    async def replacement_async(argument: Any) -> None:
        body(argument)

    is_async = name.endswith("_async")
    monkeypatch.setattr(app, name, replacement_async if is_async else body)


def connections_in_use() -> int:
    return int(app.engine.pool.checkedout() + app.async_engine.pool.checkedout())


def rows(model: Any) -> list[Any]:
    with app.SessionLocal() as db:
        return list(db.scalars(select(model)))


def delete_the_user(_: str) -> None:
    with app.SessionLocal.begin() as db:
        db.delete(db.scalars(select(app.User)).one())


@both
def test_the_task_finds_the_row_of_its_request(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, task: str, slow: str
) -> None:
    sent: list[str] = []
    put(monkeypatch, slow, sent.append)
    assert client.post(path).json() == {"id": 1, "users": 1}
    assert sent == ["ann@example.com"]


@both
def test_the_request_holds_no_connection_while_its_task_runs(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, task: str, slow: str
) -> None:
    in_use: list[int] = []
    put(monkeypatch, task, lambda _: in_use.append(connections_in_use()))
    client.post(path)
    assert in_use == [0]


@both
def test_the_task_holds_no_connection_while_it_is_slow(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, task: str, slow: str
) -> None:
    in_use: list[int] = []
    put(monkeypatch, slow, lambda _: in_use.append(connections_in_use()))
    client.post(path)
    assert in_use == [0]


@both
def test_what_the_task_writes_is_committed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, task: str, slow: str
) -> None:
    put(monkeypatch, slow, lambda _: None)
    client.post(path)
    assert [mail.user_id for mail in rows(app.Mail)] == [1]
    assert [user.welcomed for user in rows(app.User)] == [True]


@both
def test_a_failing_task_leaves_nothing_half_done(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, task: str, slow: str
) -> None:
    put(monkeypatch, slow, delete_the_user)
    with pytest.raises(NoResultFound):
        client.post(path)
    assert rows(app.Mail) == []


@both
def test_a_failing_task_gives_its_connection_back(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, task: str, slow: str
) -> None:
    put(monkeypatch, slow, delete_the_user)
    with pytest.raises(NoResultFound) as kept:
        client.post(path)
    assert connections_in_use() == 0
    assert kept.tb
