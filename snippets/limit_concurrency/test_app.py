import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from anyio.to_thread import current_default_thread_limiter

import app

PATIENCE_S = 10.0


class Partner:
    def __init__(self) -> None:
        self.inside = 0
        self.may_answer = asyncio.Event()

    async def download(self, photo: int) -> bytes:
        self.inside += 1
        try:
            await self.may_answer.wait()
        finally:
            self.inside -= 1
        return b"a photo"


class Resizing:
    def __init__(self) -> None:
        self.inside = 0
        self.may_end = threading.Event()

    def resize(self, photo: int, data: bytes) -> None:
        self.inside += 1
        self.may_end.wait(PATIENCE_S)
        self.inside -= 1


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> app.Limits:
    made = app.Limits()
    monkeypatch.setattr(app, "limits", made)
    return made


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Partner:
    made = Partner()
    monkeypatch.setattr(app, "download", made.download)
    return made


@pytest.fixture
def resizing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Resizing]:
    made = Resizing()
    monkeypatch.setattr(app, "resize", made.resize)
    yield made
    made.may_end.set()


@pytest.fixture
def quick(partner: Partner, resizing: Resizing) -> None:
    partner.may_answer.set()
    resizing.may_end.set()


@asynccontextmanager
async def visitors() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.01)


def posts(client: httpx.AsyncClient, photos: int) -> list[asyncio.Task[httpx.Response]]:
    return [asyncio.create_task(client.post(f"/photos/{n}")) for n in range(1, photos + 1)]


def run(story: Callable[[httpx.AsyncClient], Awaitable[None]], *at_last: threading.Event) -> None:
    async def told() -> None:
        async with visitors() as client:
            try:
                await story(client)
            finally:
                for gate in at_last:
                    gate.set()

    asyncio.run(told())


def test_no_more_than_three_downloads_at_once(
    partner: Partner, resizing: Resizing, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    make_thumbnail = app.make_thumbnail

    async def noted(photo: int) -> None:
        started.append(photo)
        await make_thumbnail(photo)

    async def story(client: httpx.AsyncClient) -> None:
        sent = posts(client, app.PLACES)
        await until(lambda: len(started) == app.PLACES)
        assert partner.inside == app.DOWNLOADS == 3
        partner.may_answer.set()
        resizing.may_end.set()
        await asyncio.gather(*sent)

    monkeypatch.setattr(app, "make_thumbnail", noted)
    run(story, resizing.may_end)


def test_no_more_than_two_threads_resize_at_once(
    partner: Partner, resizing: Resizing, limits: app.Limits
) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        partner.may_answer.set()
        sent = posts(client, app.PLACES)
        await until(
            lambda: resizing.inside + limits.threads.statistics().tasks_waiting == app.PLACES
        )
        assert resizing.inside == app.THREADS == 2
        resizing.may_end.set()
        await asyncio.gather(*sent)

    run(story, resizing.may_end)


def test_resizing_takes_no_thread_from_def_endpoints(partner: Partner, resizing: Resizing) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        everybody = current_default_thread_limiter()
        everybody.total_tokens = app.THREADS
        partner.may_answer.set()
        sent = posts(client, app.PLACES)
        await until(lambda: resizing.inside == app.THREADS)
        price = asyncio.create_task(client.get("/price"))
        await until(lambda: price.done() or everybody.statistics().tasks_waiting > 0)
        assert price.done()
        resizing.may_end.set()
        await asyncio.gather(*sent)

    run(story, resizing.may_end)


def test_a_fifth_photo_is_refused_and_told_when_to_come_back(
    partner: Partner, resizing: Resizing, limits: app.Limits
) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        sent = posts(client, 5)
        await until(lambda: limits.taken == 5 or any(one.done() for one in sent))
        refused = [one.result() for one in sent if one.done()]
        assert [one.status_code for one in refused] == [503]
        assert refused[0].headers["Retry-After"] == "3"
        partner.may_answer.set()
        resizing.may_end.set()
        answers = await asyncio.gather(*sent)
        assert sorted(one.status_code for one in answers) == [202, 202, 202, 202, 503]

    run(story, resizing.may_end)


def test_a_place_is_kept_until_the_task_is_over(
    partner: Partner, resizing: Resizing, limits: app.Limits
) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        resizing.may_end.set()
        [sent] = posts(client, 1)
        await until(lambda: partner.inside == 1)
        assert limits.taken == 1
        partner.may_answer.set()
        await sent

    run(story, resizing.may_end)


def test_a_photo_that_is_done_gives_its_place_back(quick: None) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        for photo in range(1, 2 * app.PLACES):
            assert (await client.post(f"/photos/{photo}")).status_code == 202

    run(story)


def test_a_request_that_fails_gives_its_place_back(quick: None) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        for _ in range(app.PLACES):
            assert (await client.post("/photos/0")).status_code == 404
        assert (await client.post("/photos/1")).status_code == 202

    run(story)


def test_a_download_that_hangs_gives_its_place_back(
    partner: Partner, limits: app.Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(client: httpx.AsyncClient) -> None:
        await asyncio.wait_for(client.post("/photos/1"), PATIENCE_S)
        assert limits.taken == 0

    monkeypatch.setattr(app, "DOWNLOAD_TIMEOUT_S", 0.05)
    run(story)


def test_a_photo_that_fails_is_logged_and_fails_no_request(
    quick: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def download(photo: int) -> bytes:
        raise ConnectionError("the partner is down")

    async def story(client: httpx.AsyncClient) -> None:
        assert (await client.post("/photos/7")).status_code == 202

    monkeypatch.setattr(app, "download", download)
    run(story)
    assert caplog.messages == ["photo 7: no thumbnail"]
