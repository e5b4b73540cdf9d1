"""What the page "response-immutable" says, as assertions."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import BackgroundTasks, FastAPI, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from recorder import Request, Story, Timeline, play_file
from recorder import play as play_app
from site_build.snippets import FOLDER

Play = Callable[[str], Timeline]


def client_learns_of_the_end(timeline: Timeline) -> bool:
    """The invariant: what the client is sent says "completed"."""
    return any("completed" in response.body for response in timeline.responses)


def test_wrong_never_tells_the_client(wrong: Timeline) -> None:
    assert not client_learns_of_the_end(wrong)
    assert wrong.response("ann").body == '{"status":"processing"}'


@pytest.mark.parametrize("variant", ["right", "right_sse", "right_polling"])
def test_right_tells_the_client(play: Play, variant: str) -> None:
    assert client_learns_of_the_end(play(variant))


def test_the_task_does_change_the_dict_after_the_response(wrong: Timeline) -> None:
    assert wrong.printed == "the dict now says completed\n"
    assert wrong.at("response.finished") == 0.0 < wrong.at("task.finished") == 3.0


class Status(BaseModel):
    status: str = "processing"


def test_a_changed_model_or_header_does_not_reach_the_client_either() -> None:
    app = FastAPI()

    @app.post("/process")
    async def process(response: Response, tasks: BackgroundTasks) -> Status:
        answer = Status()

        def complete() -> None:
            answer.status = "completed"
            response.headers["x-status"] = "completed"

        tasks.add_task(complete)
        return answer

    timeline = play_app(app, Story((Request("ann", "/process", "POST"),)))

    assert not client_learns_of_the_end(timeline)
    assert "x-status" not in dict(timeline.response("ann").headers)
    assert len(timeline.find("task.finished", "complete")) == 1


def test_a_stream_that_reads_shared_state_does_not_see_the_task_either() -> None:
    app = FastAPI()

    @app.post("/process")
    async def process(tasks: BackgroundTasks) -> StreamingResponse:
        shared = {"status": "processing"}
        tasks.add_task(shared.update, status="completed")

        async def chunks() -> AsyncIterator[str]:
            for _ in range(2):
                await asyncio.sleep(1)
                yield shared["status"]

        return StreamingResponse(chunks())

    timeline = play_app(app, Story((Request("ann", "/process", "POST"),)))

    assert timeline.response("ann").body == "processingprocessing"
    assert timeline.at("response.finished") == 2.0


@pytest.mark.parametrize("client", ["TestClient", "ASGITransport"])
def test_a_test_client_returns_only_after_the_background_tasks(client: str) -> None:
    app = FastAPI()
    done: list[str] = []

    @app.post("/process")
    async def process(tasks: BackgroundTasks) -> None:
        tasks.add_task(done.append, "task")

    async def post() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
            await http.post("https://test/process")

    if client == "ASGITransport":
        asyncio.run(post())
    else:
        with warnings.catch_warnings(action="ignore"):  # Starlette wants another httpx
            from fastapi.testclient import TestClient

            TestClient(app).post("/process")
    assert done == ["task"]


def test_work_inside_a_stream_is_cancelled_when_the_listener_leaves() -> None:
    story = Story((Request("ann", "/process", "POST", leaves=1.0),))
    timeline = play_file(FOLDER / "response_immutable/right_sse.py", story)
    assert [chunk.at for chunk in timeline.find("response.chunk")] == [0.0]
    assert timeline.end == timeline.at("client.disconnected") == 1.0


def test_after_a_restart_no_worker_knows_a_status_that_was_kept_in_memory() -> None:
    story = Story((Request("ann", "/jobs/7"),))
    timeline = play_file(FOLDER / "response_immutable/wrong_polling.py", story)
    assert timeline.response("ann").status == 404


def test_express_writes_on_while_the_response_has_not_ended(play: Play) -> None:
    timeline = play("express_sse")
    assert [event.at for event in timeline.find("response.chunk")] == [1.0, 2.0, 3.0]
    assert not timeline.find("response.finished")


def test_express_dies_of_a_write_in_the_turn_of_the_end(play: Play) -> None:
    timeline = play("express_at_once")
    failed = timeline.find("task.failed")
    assert [event.text for event in failed] == ["ERR_STREAM_WRITE_AFTER_END: write after end"]
    assert timeline.response("ann").body == '{"status":"processing"}'
    assert timeline.find("request.failed", visitor="bob")[0].text.startswith("ECONNREFUSED")


def test_express_cannot_write_after_the_end_and_throws_nothing(play: Play) -> None:
    timeline = play("express_after_end")
    assert timeline.response("ann").body == '{"status":"processing"}'
    assert timeline.printed == "written: false, ERR_STREAM_WRITE_AFTER_END\n"
    assert not timeline.find("task.failed")


def nothing_is_written_to_a_client_that_left(timeline: Timeline) -> bool:
    """The invariant: no timer outlives its visitor."""
    return "hello to nobody" not in timeline.printed


def test_the_source_texts_interval_outlives_the_visitor(play: Play) -> None:
    assert not nothing_is_written_to_a_client_that_left(play("express_sse"))


def test_an_interval_cleared_on_close_ends_with_the_visitor(play: Play) -> None:
    timeline = play("express_sse_closed")
    assert nothing_is_written_to_a_client_that_left(timeline)
    assert timeline.at("task.finished", "setInterval") == timeline.at("client.disconnected") == 3.5


@pytest.mark.parametrize(
    ("variant", "kind"), [("right", "websocket.sent"), ("right_sse", "response.chunk")]
)
def test_an_open_connection_carries_both_states(play: Play, variant: str, kind: str) -> None:
    first, second = play(variant).find(kind)
    assert ("processing" in first.text, first.at) == (True, 0.0)
    assert ("completed" in second.text, second.at) == (True, 3.0)


def task_ran(timeline: Timeline) -> bool:
    """The invariant: the task that was added has run."""
    return timeline.printed == "archived hello\n" and not timeline.find("task.skipped")


def test_background_tasks_in_a_websocket_endpoint_never_run_without_a_word(play: Play) -> None:
    timeline = play("wrong_websocket")
    assert not task_ran(timeline)
    assert [event.name for event in timeline.find("task.skipped")] == ["archive"]
    assert not timeline.find("log")
    assert not timeline.find("request.failed")


def test_ones_own_background_tasks_awaited_after_the_close_run(play: Play) -> None:
    timeline = play("right_websocket")
    assert task_ran(timeline)
    assert timeline.at("websocket.closed") == 1.0 < timeline.at("task.finished") == 2.0


def every_poll_finds_the_job(timeline: Timeline) -> bool:
    """The invariant: it does not matter which worker is asked."""
    return all(response.status < 400 for response in timeline.responses)


def test_a_status_in_memory_is_unknown_to_the_other_worker(play: Play) -> None:
    timeline = play("wrong_polling")
    assert not every_poll_finds_the_job(timeline)
    assert [response.status for response in timeline.responses] == [202, 404, 200]


def test_a_status_in_a_shared_store_is_known_to_both_workers(play: Play) -> None:
    timeline = play("right_polling")
    assert every_poll_finds_the_job(timeline)
    bodies = [response.body for response in timeline.responses[1:]]
    assert bodies == ['{"status":"processing"}', '{"status":"completed"}']


def test_the_webhook_reaches_the_shop_when_the_work_is_done(play: Play) -> None:
    timeline = play("right_webhook")
    assert (timeline.response("ann").status, timeline.at("response.finished")) == (202, 0.0)
    assert (timeline.printed, timeline.at("print")) == ("shop hears: completed\n", 3.0)
