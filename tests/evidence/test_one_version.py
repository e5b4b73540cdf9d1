"""The program that asks a release really asks: with another behaviour it gives another answer."""

import pytest
from fastapi import BackgroundTasks
from fastapi.routing import APIWebSocketRoute
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import FileResponse

from evidence.one_version import failing, requests
from evidence.one_version.asked import ASKED, answer
from evidence.rows import every
from evidence.topics import topics
from evidence.versions import releases

QUICK = ("websocket", "failure-skips", "add-task-after-yield", "uploadfile")


@pytest.mark.parametrize("topic", QUICK)
def test_the_installed_release_answers_what_is_committed(topic: str) -> None:
    committed = every()[topics()[topic].row_id(releases()[-1])].result
    assert answer(topic) == committed


def test_it_sees_that_a_later_task_runs_after_a_failure(monkeypatch) -> None:
    async def every_task(self) -> None:
        failed = None
        for task in self.tasks:
            try:
                await task()
            except ConnectionError as error:
                failed = error
        if failed:
            raise failed

    monkeypatch.setattr(BackgroundTasks, "__call__", every_task)
    found = answer("failure-skips")
    assert found
    assert found["task_after_async_failure_runs"]
    assert found["task_after_def_failure_runs"]


def test_it_sees_that_an_error_is_swallowed(monkeypatch) -> None:
    async def no_error(self) -> None:
        return None

    monkeypatch.setattr(BackgroundTasks, "__call__", no_error)
    found = failing.http_middleware_error()
    assert not found["error_logged"]
    assert not found["asgi_middleware_error_logged"]


def test_it_sees_that_a_handler_runs(monkeypatch) -> None:
    async def handle(self, scope, receive, send) -> None:
        try:
            await self.app(scope, receive, send)
        except ConnectionError as error:
            await self._exception_handlers[ConnectionError](None, error)

    monkeypatch.setattr(ExceptionMiddleware, "__call__", handle)
    found = failing._handled("specific_handler", ConnectionError, failing.DOWN)
    assert found["specific_handler_runs"]
    assert found["specific_handler_logged"] == ""


def test_it_sees_that_a_task_runs_although_the_range_is_malformed(monkeypatch) -> None:
    call = FileResponse.__call__

    async def whole(self, scope, receive, send) -> None:
        await call(self, {**scope, "headers": []}, receive, send)

    monkeypatch.setattr(FileResponse, "__call__", whole)
    found = answer("range")
    assert found
    assert found["malformed_range_task_runs"]
    assert found["malformed_range_status"] == 200


def test_it_sees_that_a_websockets_task_runs(monkeypatch) -> None:
    kept: list[BackgroundTasks] = []
    make, handle = BackgroundTasks.__init__, APIWebSocketRoute.handle

    def keep(self, *given) -> None:
        make(self, *given)
        kept.append(self)

    async def and_tasks(self, *given) -> None:
        await handle(self, *given)
        await kept[0]()

    monkeypatch.setattr(BackgroundTasks, "__init__", keep)
    monkeypatch.setattr(APIWebSocketRoute, "handle", and_tasks)
    assert answer("websocket") == {"answered": True, "task_runs": True}


def test_it_sees_that_an_upload_is_closed(monkeypatch) -> None:
    run = BackgroundTasks.__call__

    async def closed_before(self) -> None:
        for task in self.tasks:
            task.args[0].file.close()
        await run(self)

    monkeypatch.setattr(BackgroundTasks, "__call__", closed_before)
    found = requests.uploadfile()
    assert not found["async_task_reads"]
    assert found["def_task_error"] == "ValueError: I/O operation on closed file."


def test_a_release_without_scope_has_no_answer_for_it(monkeypatch) -> None:
    monkeypatch.setattr("evidence.one_version.dropped.scope_exists", lambda: False)
    assert ASKED["yield-function"]() is None
