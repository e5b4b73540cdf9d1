"""What the page "event-loop-blocking" says, as assertions."""

import inspect
import subprocess
import sys
from collections.abc import Callable

import pytest
from starlette.background import BackgroundTask

from recorder import Timeline
from site_build.snippets import ROOT

Play = Callable[[str], Timeline]
FOLDER = ROOT / "snippets/event_loop_blocking"


def bob_gets_in_when_he_asks(timeline: Timeline) -> bool:
    """The invariant: nobody waits for another one's task."""
    return timeline.at("request.received", visitor="bob") == timeline.at(
        "request.sent", visitor="bob"
    )


def test_wrong_makes_bob_wait_until_the_mail_is_out(wrong: Timeline) -> None:
    assert not bob_gets_in_when_he_asks(wrong)
    assert wrong.at("request.received", visitor="bob") == wrong.at("task.finished") == 3.0


@pytest.mark.parametrize("variant", ["right", "right_await"])
def test_right_lets_bob_in_at_once(play: Play, variant: str) -> None:
    assert bob_gets_in_when_he_asks(play(variant))


def test_all_answer_ann_at_once(play: Play) -> None:
    for variant in ("wrong", "right", "right_await"):
        assert play(variant).at("response.finished", visitor="ann") == 0.0


def test_wrong_and_right_differ_in_one_word() -> None:
    wrong, right = ((FOLDER / f"{name}.py").read_text("utf-8") for name in ("wrong", "right"))
    assert wrong.replace("  # (1)!", "").replace("async def send_email", "def send_email") == right


def test_only_the_blocking_step_goes_to_a_thread(play: Play) -> None:
    started = play("right_await").find("thread.started")
    assert [(event.name, event.at) for event in started] == [("send_email/smtp_send", 1.0)]


def test_starlette_awaits_an_async_task_and_gives_a_plain_one_to_the_pool() -> None:
    source = inspect.getsource(BackgroundTask.__call__)
    assert "if self.is_async:\n            await self.func(" in source
    assert "else:\n            await run_in_threadpool(self.func" in source


def ruff_finds(code: str) -> list[str]:
    """The rules of flake8-async that Ruff finds broken."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "ASYNC"]
    options = ["--output-format", "concise", "--no-cache", "-"]
    found = subprocess.run([*command, *options], input=code, capture_output=True, text=True)
    return [word for word in found.stdout.split() if word.startswith("ASYNC")]


def test_ruff_finds_a_blocking_call_in_async_def_but_not_one_in_a_function_that_it_calls() -> None:
    code = (FOLDER / "wrong.py").read_text("utf-8")
    assert ruff_finds(code) == []
    assert ruff_finds(code.replace("    smtp_send(email)", "    time.sleep(3)")) == ["ASYNC251"]


def test_ruff_knows_requests_and_subprocess_but_not_smtplib() -> None:
    code = "async def task() -> None:\n    {}\n"
    imports = "import smtplib\nimport subprocess\n\nimport requests\n\n\n"
    lines = {
        'requests.get("https://example.com")': ["ASYNC210"],
        'subprocess.run(["ls"])': ["ASYNC221"],
        'smtplib.SMTP("localhost")': [],
    }
    assert {line: ruff_finds(imports + code.format(line)) for line in lines} == lines
