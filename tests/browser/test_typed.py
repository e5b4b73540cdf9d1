"""Programs that nobody has prepared, typed into the editor and run by the real engine."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from site_build.snippets import ROOT
from tests.browser.engines import LONGEST, Tab
from tests.browser.sandbox import TAKEN, Sandbox
from tests.browser.server import Served

TUTORIAL = ROOT / "tests" / "browser" / "tutorial"
OPEN = f'live-sandbox[data-snippet="{TAKEN}"] [data-action=edit]'
# Waits until the editor is there, as a reader sees it, and types over all of it.
TYPE = """async ([snippet, program]) => {
  const box = document.querySelector(`live-sandbox[data-snippet="${snippet}"]`);
  const found = () => box.querySelector("[data-part=editor]")?.shadowRoot
    .querySelector(".cm-content");
  if (!found()) await new Promise((there) => {
    const seen = new MutationObserver(() => found() && there(seen.disconnect()));
    seen.observe(box, { childList: true, subtree: true });
  });
  found().focus();
  getSelection().selectAllChildren(found());
  document.execCommand("insertText", false, program);
}"""
CHANGE = """([snippet, requests]) => document.querySelector(
  `live-sandbox[data-snippet="${snippet}"]`).change({ requests })"""


@dataclass
class Case:
    """What a program is asked, and what comes of it."""

    name: str
    requests: list[dict[str, Any]]
    statuses: list[int] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    printed: str = ""
    says: str = ""


def get(path: str, **more: Any) -> dict[str, Any]:
    return {"visitor": "ann", "method": "GET", "path": path, **more}


def post(path: str, **more: Any) -> dict[str, Any]:
    return get(path, **more) | {"method": "POST"}


FILE = {"field": "file", "name": "a.txt", "text": "hello"}
CASES = [
    Case(
        "background_tasks",
        [post("/send-notification/a@b.c?q=foo")],
        [200],
        ['{"message":"Message sent"}'],
        "found query: foo\nmessage to a@b.c\n",
    ),
    Case(
        "dependency_with_yield",
        [get("/items/gun"), get("/items/plumbus", at=1), get("/items/no", at=2)],
        [200, 400, 404],
        ['{"owner":"Rick"}', '{"detail":"Owner error: Rick"}', '{"detail":"Item not found"}'],
        "closed\nclosed\nclosed\n",
    ),
    Case(
        "websocket",
        [get("/ws", messages=[{"text": "hi", "at": 1}], leaves=2) | {"method": "WEBSOCKET"}],
        printed="left the chat\n",
    ),
    Case("streaming", [get("/")], [200], ["part 0;part 1;part 2;"]),
    Case(
        "errors",
        [get("/unicorns/yolo"), get("/items/x", at=1)],
        [418, 400],
        ['{"message":"Oops! yolo did it."}', "not a number"],
    ),
    Case("middleware", [get("/")], [200], ['"ok"']),
    Case(
        "forms",
        [
            post("/login/", form={"username": "ann", "password": "x"}),
            post("/uploadfile/", at=1, files=[FILE]),
        ],
        [200, 200],
        ['{"username":"ann"}', '{"filename":"a.txt","size":5}'],
    ),
    Case("templates", [get("/")], says="jinja2 must be installed"),
]


@pytest.fixture
def sandbox(tab: Tab, watched: Served) -> Iterator[Sandbox]:
    """A sandbox with nothing typed into it yet."""
    tab.open(f"{watched.address}en/sequential-order/")
    tab.evaluate("() => { try { sessionStorage.clear() } catch {} }")
    yield Sandbox(tab, TAKEN)
    tab.evaluate("() => { try { sessionStorage.clear() } catch {} }")


def typed(sandbox: Sandbox, program: str, requests: list[dict[str, Any]] | None = None) -> None:
    """Type a program over the listing."""
    sandbox.tab.wait(OPEN)
    sandbox.tab.press(OPEN)
    sandbox.tab.evaluate(TYPE, [TAKEN, program])
    if requests is not None:
        sandbox.tab.evaluate(CHANGE, [TAKEN, requests])


def draft(sandbox: Sandbox) -> str:
    find = f"() => document.querySelector('{sandbox.selector}').draft.code"
    return str(sandbox.tab.evaluate(find))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_program_of_the_tutorial_gives_the_right_answer(case: Case, sandbox: Sandbox) -> None:
    program = (TUTORIAL / f"{case.name}.py").read_text("utf-8")
    typed(sandbox, program, case.requests)
    assert draft(sandbox).rstrip() == program.rstrip()
    end = sandbox.run()
    if case.says:
        assert end == "failed"
        assert case.says in sandbox.text("console")
        return
    assert end == "done", sandbox.text("status") + sandbox.text("console")
    recording = sandbox.recording
    assert recording is not None
    if case.statuses:
        assert [r["status"] for r in recording["responses"]] == case.statuses
        assert [r["body"] for r in recording["responses"]] == case.bodies
    assert recording["printed"] == case.printed


def test_middleware_measures_virtual_time(sandbox: Sandbox) -> None:
    typed(sandbox, (TUTORIAL / "middleware.py").read_text("utf-8"), [get("/")])
    assert sandbox.run() == "done"
    assert sandbox.recording is not None
    headers = dict(sandbox.recording["responses"][0]["headers"])
    assert headers["x-process-time"] == "2.0"


def test_a_websocket_is_answered(sandbox: Sandbox) -> None:
    (case,) = [case for case in CASES if case.name == "websocket"]
    typed(sandbox, (TUTORIAL / "websocket.py").read_text("utf-8"), case.requests)
    assert sandbox.run() == "done"
    assert sandbox.recording is not None
    sent = [e["text"] for e in sandbox.recording["events"] if e["kind"] == "websocket.sent"]
    assert sent == ["Message text was: hi"]


def test_an_error_is_led_to_and_the_text_survives(sandbox: Sandbox, watched: Served) -> None:
    program = "from fastapi import FastAPI\n\napp = FastAPI()\nprint(missing)\n"
    typed(sandbox, program)
    assert sandbox.run() == "failed"
    assert "Line 4" in sandbox.text("console")
    assert "NameError" in sandbox.text("console")
    for page in ("sequential-order/", "en/sequential-order/"):
        sandbox.tab.open(watched.address + page)
        sandbox.tab.wait(f"{sandbox.selector} [data-part=editor]")
        assert draft(sandbox).rstrip() == program.rstrip()


def test_stop_ends_what_never_ends_and_keeps_the_text(sandbox: Sandbox) -> None:
    program = "while True:\n    pass\n"
    typed(sandbox, program)
    sandbox.start()
    sandbox.wait("running")
    sandbox.tab.press(f"{sandbox.selector} [data-action=stop]")
    assert sandbox.wait("stopped", longest=LONGEST) == "stopped"
    assert draft(sandbox).rstrip() == program.rstrip()
    sandbox.tab.press(f"{sandbox.selector} [data-action=reset]")
    assert sandbox.run() == "done"
    assert "Same as recorded" in sandbox.text("status")
