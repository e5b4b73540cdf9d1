"""Special cases of a connection pool with one place. What is logged begins with the visitor."""

from collections.abc import Iterator

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import Connection, Engine, QueuePool, create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from recorder import Request
from tests.conformance.corner import Stage, corner

TWO = (Request("ann", "/ann"), Request("bob", "/bob", at=0.5))


def _engine(stage: Stage, timeout: float) -> Engine:
    return create_engine(
        "sqlite://",
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=stage.pause("", timeout),
        connect_args={"check_same_thread": False},
    )


def _tasks_that_want_it(app: FastAPI, stage: Stage, timeout: float) -> None:
    engine = _engine(stage, timeout)

    def task(who: str) -> None:
        stage.log(f"{who} wants it")
        try:
            with engine.connect() as connection:
                stage.log(f"{who} has it: {connection.scalar(text('SELECT 1'))}")
                stage.block(3)
                stage.log(f"{who} gives it back")
        except PoolTimeout:
            stage.log(f"{who} TimeoutError")

    @app.get("/{who}")
    def endpoint(who: str, tasks: BackgroundTasks) -> None:
        tasks.add_task(task, who)


@corner(*TWO)
def two_tasks_that_want_the_one_connection(app: FastAPI, stage: Stage) -> None:
    _tasks_that_want_it(app, stage, timeout=30)


@corner(*TWO, Request("cat", "/cat", at=1.0))
def three_tasks_that_want_the_one_connection(app: FastAPI, stage: Stage) -> None:
    _tasks_that_want_it(app, stage, timeout=30)


@corner(*TWO)
def a_task_that_waits_too_long_for_the_one_connection(app: FastAPI, stage: Stage) -> None:
    _tasks_that_want_it(app, stage, timeout=2)


@corner(Request("ann", "/hold/ann"), Request("bob", "/need/bob", at=1.0))
def a_connection_that_is_held_until_the_task_ends(app: FastAPI, stage: Stage) -> None:
    engine = _engine(stage, timeout=30)

    def connection() -> Iterator[Connection]:
        with engine.connect() as made:
            yield made

    @app.get("/hold/{who}")
    def hold(who: str, tasks: BackgroundTasks, db: Connection = Depends(connection)) -> None:
        db.execute(text("SELECT 1"))
        tasks.add_task(stage.block, 5)

    @app.get("/need/{who}")
    def need(who: str, db: Connection = Depends(connection)) -> None:
        stage.log(f"{who} has it")
