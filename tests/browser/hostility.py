"""A page in which a hostile program runs, and what must hold of it afterwards."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.engines import Tab
from tests.browser.sandbox import LEFT, Sandbox, essence, expected, open_program, open_script
from tests.browser.server import Served

PROGRAMS = Path(__file__).parent / "hostile"
# Milliseconds in which the page does nothing else: many more than a busy machine makes of them, as
# what has no end goes on for a minute.
LONGEST_PAUSE = 15_000
MOST_MESSAGES = 500  # that the page takes from a sandbox, for a start and a few runs
# What goes on in the page meanwhile: scripts that run, messages from elsewhere and of a sandbox,
# and a pulse.
LISTEN = """() => {
  const { MessageChannel: Channel } = window;
  window.said = 0;
  window.MessageChannel = function () {
    const channel = new Channel();
    channel.port1.addEventListener("message", () => { window.said += 1; });
    return channel;
  };
  window.ran = () => { window.harm = "a script ran"; };
  new BroadcastChannel("leak").onmessage = () => { window.harm = "a message came"; };
  let last = performance.now();
  window.pause = 0;
  setInterval(() => {
    window.pause = Math.max(window.pause, performance.now() - last);
    last = performance.now();
  }, 20);
}"""
# What no sandbox may put into the page, whatever it is told.
FOREIGN = """() => [...document.querySelectorAll("live-sandbox *")].flatMap((element) => [
  ...(/^(script|style|foreignObject|image|img|iframe|use|animate|set|a|object|embed)$/i.test(
    element.localName) && element.closest("[data-part]") ? [`<${element.localName}>`] : []),
  ...[...element.attributes].filter(({ name, value }) =>
    name.startsWith("on") || name === "style" || /^\\s*javascript:/i.test(value) ||
    (/href|^src/.test(name) && element.closest("[data-part]"))
  ).map(({ name, value }) => `${name}=${value}`)])"""
# The sandboxes' frames, and whether the page can see into them, which then can see out.
FRAMES = """() => [...document.querySelectorAll("iframe")].map(
  (frame) => [frame.sandbox.value, frame.contentDocument !== null])"""


def program(name: str, **replaced: str) -> str:
    """The text of a hostile program, with some of its words replaced."""
    text = (PROGRAMS / name).read_text("utf-8")
    for word, value in replaced.items():
        text = text.replace(word, value)
    return text


def body(recorded: dict[str, Any] | None) -> Any:
    """What the program answered to its first request."""
    assert recorded is not None
    return json.loads(recorded["responses"][0]["body"])


def check_afterwards(tab: Tab, left: Sandbox) -> None:
    """The page is unharmed and was never busy, and an honest listing runs as it was recorded."""
    check_page(tab)
    assert left.run() == "done", left.text("status")
    assert essence(left.recording) == expected(LEFT)
    check_page(tab)


def check_page(tab: Tab) -> None:
    """Nothing has got into the page, and it was never busy for long."""
    assert tab.evaluate("() => window.harm ?? null") is None
    assert tab.evaluate(FOREIGN) == []
    assert tab.evaluate("() => window.said ?? 0") < MOST_MESSAGES
    assert tab.evaluate(FRAMES) in ([], [["allow-scripts", False]])
    assert tab.evaluate("() => window.pause ?? 0") < LONGEST_PAUSE
    assert [line for line in tab.wrong() if line.startswith("error")] == []


def opened_script(
    tab: Tab, served: Served, text: str, story: dict[str, Any] | None = None
) -> tuple[Sandbox, Sandbox]:
    """The same with a program in JavaScript."""
    taken, left = open_script(tab, served, text, story)
    tab.evaluate(LISTEN)
    return taken, left


def opened(tab: Tab, served: Served, text: str, *paths: str) -> tuple[Sandbox, Sandbox]:
    """Show a program in a page that watches itself; its sandbox, and one that is as it was."""
    taken, left = open_program(tab, served, text, *paths)
    tab.evaluate(LISTEN)
    if taken.state == "unavailable":
        pytest.fail(taken.text("status"))
    return taken, left
