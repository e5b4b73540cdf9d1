"""What the page "worker-timeout" says, as assertions on what gunicorn did."""

from evidence.rows import every
from evidence.servers.timeouts import KINDS
from recorder import Timeline
from site_build.snippets import ROOT

FOLDER = ROOT / "snippets/worker_timeout"
TIMEOUT_S = 3.0


def report_is_finished(timeline: Timeline) -> bool:
    """The invariant: a task may take longer than the timeout."""
    return len(timeline.find("task.finished", "build_report")) == 1


def test_wrong_loses_the_report_and_the_export_of_another_client(wrong: Timeline) -> None:
    assert not report_is_finished(wrong)
    assert wrong.response("ann").status == 200
    assert not wrong.find("response.finished", visitor="bob")
    assert wrong.find("log", visitor="bob")[0].text.startswith("RemoteProtocolError")


def test_wrong_is_killed_about_when_the_timeout_is_over(wrong: Timeline) -> None:
    lived = wrong.at("task.failed") - wrong.at("task.started")
    assert TIMEOUT_S / 2 < lived < TIMEOUT_S + 2  # its last sign was half a timeout old, at most


def test_right_finishes_both_although_the_report_takes_longer(right: Timeline) -> None:
    assert report_is_finished(right)
    assert right.at("task.finished") - right.at("task.started") > TIMEOUT_S
    assert right.response("bob").status == 200
    assert not [event for event in right.find("log") if event.visitor == "gunicorn"]


def test_wrong_and_right_differ_in_one_word() -> None:
    wrong, right = ((FOLDER / f"{name}.py").read_text("utf-8") for name in ("wrong", "right"))
    assert wrong.replace("async def build_report", "def build_report") == right


def test_what_blocks_the_loop_kills_gunicorns_worker_and_only_the_gil_uvicorns() -> None:
    def killed(topic: str, server: str) -> set[str]:
        rows = {kind: every()[f"{topic}-{kind}-{server}"].result for kind in KINDS}
        return {kind for kind, result in rows.items() if result["worker_killed"]}

    assert killed("timeout", "gunicorn") == {"blocking", "blocking-cpu", "def-gil"}
    assert killed("healthcheck", "uvicorn-httptools-two-workers") == {"def-gil"}


def test_gunicorn_says_what_it_did_and_not_why() -> None:
    told = every()["timeout-log-gunicorn"].result
    assert told["critical"]
    assert told["then_says"] == "[WARNING] Worker (pid:…) was sent SIGABRT!"
