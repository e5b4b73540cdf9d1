"""What the page "shutdown-and-loss" says, as assertions."""

import inspect
import signal

import pytest
import uvicorn

from evidence.rows import Row, every
from recorder import Timeline

SERVERS = ("uvicorn-httptools", "uvicorn-h11", "gunicorn", "hypercorn", "granian")


def receipt_is_sent_in_spite_of_the_deploy(timeline: Timeline) -> bool:
    """The invariant: a deploy ends the process in mid-task, and yet the receipt is sent."""
    killed = [event.at for event in timeline.find("task.failed") if event.text == "SIGKILL"]
    ends = [event.at for event in timeline.find("task.finished")]
    return len(killed) == 1 and any(end > killed[0] for end in ends)


def test_wrong_loses_the_receipt_when_the_grace_is_over(wrong: Timeline) -> None:
    assert not receipt_is_sent_in_spite_of_the_deploy(wrong)
    assert wrong.printed == "receipt 7: sending\n"


def test_right_sends_the_receipt_after_the_restart(right: Timeline) -> None:
    assert receipt_is_sent_in_spite_of_the_deploy(right)
    assert right.printed == "receipt 7: sending\nreceipt 7: sending\nreceipt 7: sent\n"


def test_both_answer_before_the_deploy_begins(wrong: Timeline, right: Timeline) -> None:
    for timeline in (wrong, right):
        assert timeline.response("ann").status == 200
        assert timeline.at("response.finished", visitor="ann") < timeline.find("log")[0].at
        assert timeline.find("log")[0].text == "SIGTERM"


def test_uvicorn_says_what_it_waits_for() -> None:
    source = inspect.getsource(uvicorn.Server)
    assert '"Waiting for background tasks to complete. (CTRL+C to force quit)"' in source
    assert '"Cancel %s running task(s), timeout graceful shutdown exceeded"' in source


def test_uvicorn_waits_without_a_limit_unless_told() -> None:
    assert uvicorn.Config("app").timeout_graceful_shutdown is None


@pytest.mark.parametrize(
    ("signals", "forced"),
    [
        ([signal.SIGTERM], False),
        ([signal.SIGINT], False),
        ([signal.SIGTERM, signal.SIGTERM], False),
        ([signal.SIGTERM, signal.SIGINT], True),
        ([signal.SIGINT, signal.SIGINT], True),
    ],
)
def test_only_a_second_ctrl_c_makes_uvicorn_quit_without_its_tasks(
    signals: list[signal.Signals], forced: bool
) -> None:
    server = uvicorn.Server(uvicorn.Config("app"))
    for number in signals:
        server.handle_exit(number, None)
    assert server.should_exit
    assert server.force_exit is forced


def test_uvicorn_waits_for_tasks_before_it_ends_the_lifespan() -> None:
    source = inspect.getsource(uvicorn.Server.shutdown)
    assert source.index("_wait_tasks_to_complete()") < source.index("lifespan.shutdown()")


def asked(topic: str, server: str) -> Row:
    return every()[f"{topic}-{server}"]


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_that_is_stopped_takes_no_new_request(server: str) -> None:
    told = asked("stopping", server).result
    assert told["new_request_gets"] in {"ConnectionRefusedError", "ConnectionResetError"}


@pytest.mark.parametrize("server", SERVERS)
def test_behind_nginx_a_new_request_gets_a_502(server: str) -> None:
    assert asked("stopping", f"{server}-nginx").result["new_request_gets"] == "502"


@pytest.mark.parametrize(
    ("server", "finished"),
    [
        ("uvicorn-2-s", False),
        ("gunicorn-2-s", False),
        ("hypercorn-10-s", True),
        ("hypercorn-10-s-two-workers", False),
        ("granian-10-s", False),
    ],
)
def test_a_setting_helps_if_the_server_waits_for_tasks_at_all(server: str, finished: bool) -> None:
    assert asked("sigterm", server).result["async_task_finished"] is finished
