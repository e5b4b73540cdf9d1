"""What JavaScript does in the browser's sandbox, it does in Node; and who draws it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from site_build.recordings import node, recording
from site_build.snippets import ROOT
from tests.browser.engines import Tab
from tests.browser.puppet import Stager
from tests.browser.puppet import stage as stage
from tests.browser.sandbox import LEFT, SCRIPT, Sandbox, essence, expected, open_script
from tests.browser.server import Served

SCRIPTS = Path(__file__).parent / "scripts"
FIRST = {"visitor": "ann", "path": "/", "at": 0}
# Each program, and who asks it for what.
STORIES: dict[str, list[dict[str, Any]]] = {
    "awaiting": [
        {"visitor": "ann", "path": "/slow/1?q=x", "at": 0},
        {"visitor": "bob", "path": "/slow/2?q=y&q=z", "at": 0.5},
        {"visitor": "cat", "method": "POST", "path": "/echo", "body": {"名": "字"}, "at": 0.5},
        {"visitor": "dan", "path": "/fails", "at": 1},
        {"visitor": "eve", "path": "/throws", "at": 1},
        {"visitor": "fay", "path": "/go", "at": 2},
        {"visitor": "gus", "path": "/chunks", "at": 2},
        {"visitor": "hal", "path": "/cookie", "at": 3},
        {"visitor": "ida", "path": "/nowhere", "at": 3},
        {"visitor": "jon", "method": "HEAD", "path": "/chunks", "at": 4},
        {"visitor": "kim", "method": "POST", "path": "/echo", "body": "{broken", "at": 4},
        {"visitor": "lea", "path": "/slow/3", "at": 5, "leaves": 0.5},
        {"visitor": "may", "path": "/file", "at": 6},
    ],
    "plain": [
        {"visitor": "ann", "method": "PUT", "path": "/a", "body": "héé", "at": 0},
        {"visitor": "bob", "path": "/never", "at": 1, "leaves": 2},
        {"visitor": "cat", "path": "/destroyed", "at": 1},
    ],
    "rejected": [],
    "spans": [],
    "thrown": [],
}
# Programs that cannot be played, the line where, and what is said of it.
BROKEN = {
    "syntax": ("let a = 1;\nlet b = ;", 2, "SyntaxError"),
    "name": ("const a = 1;\n\nnothing();", 3, "ReferenceError"),
    "module": ('import fs from "node:fs";', 1, "没有 node:fs：模块只有 express"),
    "no app": ("const app = 1;", 1, 'exports no "app"'),
    "deadlock": ("export const app = () => {};", 1, "ann still waits"),
}


def in_node(file: Path, story: dict[str, Any]) -> Any:
    """What Node's player records."""
    command = [node(), ROOT / "web/javascript/play.mjs", file]
    done = subprocess.run(
        command, input=json.dumps(story), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def heads(recorded: Any) -> list[Any]:
    return [sorted(response["headers"]) for response in recorded["responses"]]


@pytest.mark.parametrize("name", STORIES)
def test_a_program_does_what_it_does_in_node(name: str, tab: Tab, watched: Served) -> None:
    file = SCRIPTS / f"{name}.js"
    story = {"requests": STORIES[name]}
    there = in_node(file, story)
    # Whoever crashes is called by his file's name.
    program = file.read_text("utf-8")
    sandbox, _ = open_script(tab, watched, program, story)
    assert sandbox.run() == "done", sandbox.text("status") + sandbox.text("console")
    here = sandbox.recording
    assert here is not None
    told = json.dumps(here).replace(f"{SCRIPT.split('/')[1]}.js", file.name)
    assert essence(json.loads(told)) == essence(there)
    assert heads(here) == heads(there)
    assert here["printed"] == there["printed"]


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_played_says_where_and_why(name: str, tab: Tab, watched: Served) -> None:
    program, line, why = BROKEN[name]
    asked = [] if name in ("syntax", "name", "module") else [FIRST]
    sandbox, _ = open_script(tab, watched, program, {"requests": asked})
    assert sandbox.run() == "failed"
    said = sandbox.text("console")
    assert f"第 {line} 行" in said
    assert why in said


def test_a_script_waits_for_no_python(stage: Stager) -> None:
    made = stage("en/sequential-order/", upgraded=False)
    made.page.clock.install(time=0)
    made.page.clock.pause_at(1000)
    made.upgrade()
    sandbox = made.sandbox(SCRIPT)
    run = sandbox.locator("[data-action=run]")
    run.hover()
    made.page.clock.run_for(1000)
    assert made.page.evaluate("puppet.warmed") == 0
    run.click()
    status = sandbox.locator("[data-part=status]")
    expect(status).to_have_text("Starting the JavaScript sandbox")


def test_a_run_that_went_as_recorded_keeps_the_builds_picture(tab: Tab, watched: Served) -> None:
    tab.open(f"{watched.address}en/sequential-order/")
    sandbox = Sandbox(tab, SCRIPT)
    tab.wait(f"{sandbox.selector} [data-action=run]")
    before = sandbox.shown
    assert sandbox.run() == "done"
    assert sandbox.shown == before
    assert "Same as recorded" in sandbox.text("status")
    assert "own JavaScript" in sandbox.text("status")
    assert "FastAPI" not in sandbox.text("status")


def test_another_run_hides_the_builds_picture_until_python_can_draw(
    tab: Tab, watched: Served
) -> None:
    program = "setTimeout(() => console.log('one second'), 1000);\n"
    sandbox, left = open_script(tab, watched, program)
    assert sandbox.run() == "done"
    assert "隐藏了录制的时间线" in sandbox.text("timeline")
    assert "1 秒 · 打印：one second" in sandbox.text("transcript")
    assert left.run() == "done"
    assert sandbox.run() == "done"
    assert sandbox.is_whole, "Python has not drawn it"
    assert "one second" in sandbox.text("timeline")
    assert tab.wrong() == []


def test_python_draws_what_the_build_has_drawn(tab: Tab, watched: Served) -> None:
    tab.open(f"{watched.address}sequential-order/")
    sandbox = Sandbox(tab, SCRIPT)
    tab.wait(f"{sandbox.selector} [data-action=run]")
    before = sandbox.text("timeline")
    assert Sandbox(tab, LEFT).run() == "done"
    assert sandbox.run() == "done"
    assert sandbox.text("timeline") == before
    assert "run-" in sandbox.shown, "it is still the build's"
    assert essence(sandbox.recording) == expected(SCRIPT)
    assert recording(SCRIPT).digest() == tab.evaluate(
        "(selector) => document.querySelector(selector).dataset.recording", sandbox.selector
    )
