"""The page's right snippet against a real Redis, a real worker and a real uvicorn."""

from collections.abc import Iterator

import httpx
import pytest
from celery import Celery
from redis import Redis

from evidence.processes import until
from evidence.queues.tools import SNIPPETS, Workplace, workplace

pytestmark = pytest.mark.verify
APP = "right:celery_app"


@pytest.fixture
def place() -> Iterator[Workplace]:
    with workplace(SNIPPETS / "right.py") as place:
        yield place


def unacknowledged(place: Workplace) -> int:
    with Redis.from_url(place.broker) as client:
        return client.hlen("unacked")


def test_the_job_is_done_and_its_message_kept_until_then(place: Workplace) -> None:
    with place.worker(app=APP) as worker, place.web(app="right:app") as web:
        answer = httpx.post(f"{web.url}/train-model")
        assert (answer.status_code, answer.json()) == (200, {"message": "training has started"})
        worker.says("churn: training")
        assert "churn: trained" not in worker.output
        assert unacknowledged(place) == 1
        worker.says("churn: trained")
        until(lambda: unacknowledged(place) == 0, 10, "the acknowledgement")


def test_the_settings_are_in_force_in_the_running_worker(place: Workplace) -> None:
    with (
        place.worker(app=APP) as worker,
        Celery(broker=place.broker, set_as_current=False) as client,
    ):
        (conf,) = client.control.inspect(timeout=10, limit=1).conf().values()
        assert conf["task_acks_late"] is True
        assert conf["task_reject_on_worker_lost"] is True
        assert conf["broker_transport_options"] == {
            "visibility_timeout": 8,
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
        }
        assert not worker.ended
