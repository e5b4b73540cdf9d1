import asyncio
import importlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import BackgroundTasks
from fastapi.testclient import TestClient

import app


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/mails.db")
    monkeypatch.setenv("AT_ONCE", "3")
    monkeypatch.setenv("DEADLINE_S", "60")
    importlib.reload(app)
    with TestClient(app.app) as client:
        yield client


def run(client: TestClient, *addresses: str) -> dict[str, str]:
    started = client.post("/campaigns/spring", json={"addresses": addresses})
    assert started.status_code == 202
    outcomes: dict[str, str] = client.get(started.json()["outcomes"]).json()
    return outcomes


async def forget(campaign: str, address: str, outcome: str) -> None:
    pass


def test_the_answer_comes_before_the_first_mail(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fanned_out: list[str] = []

    async def fan_out(campaign: str, addresses: list[str]) -> None:
        fanned_out.extend(addresses)

    monkeypatch.setattr(app, "fan_out", fan_out)
    tasks = BackgroundTasks()
    campaign = app.Campaign(addresses=["ann"])
    assert client.portal
    client.portal.call(app.start, "spring", campaign, tasks)
    assert fanned_out == []
    assert client.get("/campaigns/spring").json() == {"ann": "not started"}


def test_mails_are_sent_together(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    all_are_here = asyncio.Barrier(3)

    async def send_mail(address: str) -> None:
        await all_are_here.wait()

    monkeypatch.setattr(app, "send_mail", send_mail)
    assert run(client, "ann", "bob", "cid") == {"ann": "sent", "bob": "sent", "cid": "sent"}


def test_no_more_than_the_limit_are_sent_at_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    under_way: list[str] = []
    at_once: list[int] = []
    fan_out = app.fan_out

    async def noted(campaign: str, addresses: list[str]) -> None:
        begun.append(campaign)
        await fan_out(campaign, addresses)

    async def send_mail(address: str) -> None:
        under_way.append(address)
        at_once.append(len(under_way))
        while len(begun) < 2:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        under_way.remove(address)

    monkeypatch.setattr(app, "fan_out", noted)
    monkeypatch.setattr(app, "send_mail", send_mail)
    monkeypatch.setattr(app, "record", forget)
    monkeypatch.setattr(app, "JOB_S", 30)
    with ThreadPoolExecutor(2) as visitors:
        for name in ("spring", "summer"):
            visitors.submit(client.post, f"/campaigns/{name}", json={"addresses": list("abcde")})
    assert len(at_once) == 10
    assert max(at_once) == 3


def test_a_failure_is_reported_and_the_others_are_sent(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send_mail(address: str) -> None:
        await asyncio.sleep(0)
        if address == "typo":
            raise ValueError("no such mailbox")

    monkeypatch.setattr(app, "send_mail", send_mail)
    outcomes = run(client, "typo", "ann", "bob", "cid")
    assert outcomes.pop("typo") == "failed: no such mailbox"
    assert set(outcomes.values()) == {"sent"}


def test_a_failure_is_logged_with_its_traceback(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def send_mail(address: str) -> None:
        raise ValueError("no such mailbox")

    monkeypatch.setattr(app, "send_mail", send_mail)
    run(client, "typo")
    assert "no mail to typo" in caplog.text
    assert "Traceback" in caplog.text


def test_a_mail_that_hangs_is_given_up_alone(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send_mail(address: str) -> None:
        await asyncio.sleep(3 if address == "slow" else 0)

    monkeypatch.setattr(app, "send_mail", send_mail)
    monkeypatch.setattr(app, "JOB_S", 0.2)
    assert run(client, "slow", "ann") == {"slow": "timed out", "ann": "sent"}


def test_at_the_deadline_what_runs_is_cut_off_and_the_rest_is_not_started(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send_mail(address: str) -> None:
        await asyncio.sleep(2)

    monkeypatch.setattr(app, "send_mail", send_mail)
    monkeypatch.setattr(app, "JOB_S", 10)
    monkeypatch.setattr(app, "DEADLINE_S", 0.5)
    outcomes = run(client, "ann", "bob", "cid", "dan")
    assert outcomes.pop("dan") == "not started"
    assert set(outcomes.values()) == {"timed out"}


def test_a_place_is_free_again_when_a_mail_is_given_up(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send_mail(address: str) -> None:
        await asyncio.sleep(30 if address.startswith("slow") else 0)

    monkeypatch.setattr(app, "send_mail", send_mail)
    monkeypatch.setattr(app, "JOB_S", 0.1)
    monkeypatch.setattr(app, "DEADLINE_S", 5)
    outcomes = run(client, "slow1", "slow2", "slow3", "ann")
    assert outcomes["ann"] == "sent"


def test_nothing_runs_on_when_an_outcome_cannot_be_written_down(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off: list[str] = []

    async def send_mail(address: str) -> None:
        try:
            await asyncio.sleep(0 if address == "ann" else 30)
        except asyncio.CancelledError:
            cut_off.append(address)
            raise

    async def record(campaign: str, address: str, outcome: str) -> None:
        if outcome == "sent":
            raise OSError("the disk is full")

    monkeypatch.setattr(app, "send_mail", send_mail)
    monkeypatch.setattr(app, "record", record)
    with pytest.raises(ExceptionGroup):
        run(client, "bob", "ann")
    assert cut_off == ["bob"]


def test_a_campaign_is_started_only_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    async def send_mail(address: str) -> None:
        sent.append(address)

    monkeypatch.setattr(app, "send_mail", send_mail)
    run(client, "ann")
    again = client.post("/campaigns/spring", json={"addresses": ["ann"]})
    assert again.status_code == 409
    assert sent == ["ann"]
