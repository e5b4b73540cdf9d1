"""What a visitor gets: answers and chunks; and what the app does when a visitor leaves."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import StreamingResponse
from starlette.requests import Request as Asked

from recorder import Request, Story, StoryError, play
from tests.recorder.apps import answering, run, told


async def nap() -> None:
    await asyncio.sleep(1)


def test_an_exception_in_an_endpoint_is_a_failed_request_and_a_500() -> None:
    async def endpoint() -> None:
        await asyncio.sleep(1)
        raise ValueError("no paper")

    timeline = run(answering(endpoint), Request("ann", "/"))

    assert timeline.at("request.failed", visitor="ann") == 1.0
    assert timeline.find("request.failed")[0].text == "ValueError: no paper"
    assert timeline.response("ann").status == 500


def test_an_exception_in_an_app_without_starlette_is_a_failed_request_and_a_500() -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        raise ValueError("no paper")

    timeline = run(app)

    assert [e.text for e in timeline.find("request.failed")] == ["ValueError: no paper"]
    assert (timeline.response("ann").status, timeline.end) == (500, 0.0)


def test_two_workers_do_not_share_memory() -> None:
    def worker() -> FastAPI:
        seen: list[int] = []

        async def endpoint() -> int:
            seen.append(1)
            return len(seen)

        return answering(endpoint)

    story = Story(tuple(Request(f"v{n}", "/", at=n, worker=n % 2) for n in range(4)))
    timeline = play([worker(), worker()], story)
    assert [answer.body for answer in timeline.responses] == ["1", "1", "2", "2"]
    assert timeline.find("request.sent")[1].text == "GET / (worker 2)"


def test_a_worker_of_several_that_blocks_is_refused_since_all_share_one_loop() -> None:
    async def blocks() -> None:
        time.sleep(5)

    story = Story((Request("ann", "/"), Request("bob", "/", at=1, worker=1)))
    with pytest.raises(StoryError, match=r"test_visit\.py:\d+ in blocks: blocks the event loop"):
        play([answering(blocks), answering(nap)], story)


def test_what_is_asked_for_reaches_the_app_as_it_was_written() -> None:
    app = FastAPI()

    @app.put("/shop/{name}")
    async def endpoint(name: str, asked: Asked) -> dict:
        body = json.loads(await asked.body())
        return {"name": name, "query": asked.query_params["q"], "body": body, **asked.headers}

    body, headers = {"café": [1]}, {"X-Token": "secret"}
    asked = Request("ann", "/shop/a%20b?q=%26", "PUT", body=body, headers=headers)
    answer = json.loads(run(app, asked).response("ann").body)

    assert [answer["name"], answer["query"], answer["body"]] == ["a b", "&", body]
    assert [answer["x-token"], answer["content-type"]] == ["secret", "application/json"]
    assert answer["host"] == "testserver"


def streaming(*parts: str | bytes, pause: float = 1.0) -> FastAPI:
    async def produce() -> AsyncIterator[str | bytes]:
        for part in parts:
            yield part
            await asyncio.sleep(pause)

    async def endpoint() -> StreamingResponse:
        return StreamingResponse(produce())

    return answering(endpoint)


def test_each_chunk_of_a_stream_arrives_when_it_is_sent() -> None:
    timeline = run(streaming("one\n", "two\n"), Request("ann", "/"))

    chunks = [(e.at, e.text) for e in timeline.find("response.chunk")]
    assert chunks == [(0.0, "one"), (1.0, "two")]
    assert timeline.at("response.started") == 0.0
    assert timeline.at("response.finished") == 2.0
    assert timeline.response("ann").body == "one\ntwo\n"


def test_a_character_that_is_split_over_two_chunks_is_whole_in_the_body() -> None:
    first, rest = "响应".encode()[:4], "响应".encode()[4:]
    assert run(streaming(first, rest), Request("ann", "/")).response("ann").body == "响应"


def test_a_generator_in_a_thread_streams_too() -> None:
    def produce() -> Iterator[str]:
        for part in ("one", "two"):
            time.sleep(1)
            yield part

    async def endpoint() -> StreamingResponse:
        return StreamingResponse(produce())

    timeline = run(answering(endpoint), Request("ann", "/"))
    assert [(e.at, e.text) for e in timeline.find("response.chunk")] == [(1.0, "one"), (2.0, "two")]


def test_a_stream_that_fails_midway_is_a_failed_request_without_an_end() -> None:
    async def produce() -> AsyncIterator[str]:
        yield "one"
        raise ValueError("no paper")

    async def endpoint() -> StreamingResponse:
        return StreamingResponse(produce())

    timeline = run(answering(endpoint), Request("ann", "/"))
    assert [e.text for e in timeline.find("request.failed")] == ["ValueError: no paper"]
    assert timeline.find("response.finished") == []
    assert timeline.response("ann").status == 200


def test_a_client_that_leaves_ends_the_stream() -> None:
    timeline = run(streaming("one", "two", "three"), Request("ann", "/", leaves=1.5))

    assert told(timeline, "client", "response") == [
        (0.0, "response.started", ""),
        (0.0, "response.chunk", ""),
        (1.0, "response.chunk", ""),
        (1.5, "client.disconnected", ""),
    ]
    assert timeline.response("ann").body == "onetwo"


def test_a_client_that_leaves_while_the_endpoint_works_stops_neither_it_nor_its_task() -> None:
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(nap)
        await asyncio.sleep(3)

    timeline = run(answering(endpoint), Request("ann", "/", leaves=1))
    assert timeline.at("client.disconnected") == 1.0
    assert timeline.find("response.finished") == []
    assert timeline.at("task.finished", "nap") == 4.0


def test_a_client_that_would_leave_later_is_not_waited_for() -> None:
    timeline = run(answering(nap), Request("ann", "/", leaves=60))
    assert timeline.find("client.disconnected") == []
    assert timeline.end == 1.0
