"""Programs that mean harm do none: what each may not reach is out of its reach, in every engine.

Each test names the guard that it rests on; take the guard out, and the test fails.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from site_build.payload.making import run
from tests.browser.conftest import ENGINES
from tests.browser.engines import Tab
from tests.browser.sandbox import ENDS, LEFT, Sandbox, essence, expected, open_program
from tests.browser.server import Served
from tests.browser.trap import Trap, trap

PROGRAMS = Path(__file__).parent / "hostile"
MOST_MEGABYTES = 1100  # that Python may take: its limit, and what the last piece adds
LONGEST_PAUSE = 2000  # milliseconds in which the page does nothing else; a run's budget is 5 s
# As the recorder draws nothing.
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg'><title>x</title><desc>x</desc></svg>"
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
# Waits until something is kept: the page does that when it has time.
KEPT = """async () => {
  const kept = [];
  const isKept = async () => (await Promise.all((await caches.keys()).map(
    async (name) => (await (await caches.open(name)).keys()).length))).some(Boolean);
  while (!(await isKept())) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const bytes = await (await cache.match(request)).arrayBuffer();
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      kept.push([name, request.url, bytes.byteLength, hash.join(" ")]);
    }
  }
  return kept;
}"""


def program(name: str, **replaced: str) -> str:
    text = (PROGRAMS / name).read_text("utf-8")
    for word, value in replaced.items():
        text = text.replace(word, value)
    return text


def packed(text: str, target: Path) -> bytes:
    """A text as a file of the payload of that name."""
    source = target.with_suffix(".raw")
    source.write_text(text, "utf-8")
    run("compress.mjs", source, target)
    return target.read_bytes()


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


def opened(tab: Tab, served: Served, text: str, *paths: str) -> tuple[Sandbox, Sandbox]:
    taken, left = open_program(tab, served, text, *paths)
    tab.evaluate(LISTEN)
    if taken.state == "unavailable":
        pytest.fail(taken.text("status"))
    return taken, left


@pytest.fixture
def elsewhere() -> Iterator[Trap]:
    """Another origin, which would answer."""
    with trap() as found:
        yield found


def test_nothing_reaches_the_network(tab: Tab, watched: Served, elsewhere: Trap) -> None:
    """Guard: the frame's policy, `default-src 'none'` without `connect-src`."""
    own = f"{watched.address}leak/"
    text = program("network.py", ELSEWHERE=elsewhere.address, OWN=own)
    taken, left = opened(tab, watched, text)
    assert taken.run() == "done", taken.text("status")
    told = body(taken.recording)
    assert [what for what, came in told.items() if not came.startswith("refused")] == []
    assert elsewhere.visits == []
    assert [path for path in watched.requests if "leak" in path] == []
    check_afterwards(tab, left)


def test_the_other_origin_would_be_reached_by_a_page(tab: Tab, elsewhere: Trap) -> None:
    """Without this the test above could pass with a trap that nobody can fall into."""
    tab.open(elsewhere.address)
    assert "GET / HTTP/1.1" in elsewhere.visits


def test_a_worker_that_is_taken_over_reaches_nothing(
    tab: Tab, watched: Served, elsewhere: Trap, tmp_path: Path
) -> None:
    """Guards: the frame's policy, and its `sandbox` without `allow-same-origin`."""
    own = f"{watched.address}leak/"
    script = program("worker.js", ELSEWHERE=elsewhere.address, OWN=own, SVG=DRAWING)
    (worker,) = watched.folder.glob("assets/live/worker.*")
    place = f"assets/live/{worker.name}"
    watched.pages[place] = packed(script, tmp_path / worker.name)
    taken, left = opened(tab, watched, "")
    tab.evaluate("() => caches.open('of the page').then(() => null)")
    state = taken.run()
    del watched.pages[place]
    assert tab.evaluate("() => caches.has('leak')") is False
    tab.evaluate("() => caches.delete('of the page')")
    assert state == "done", taken.text("status")
    told = body(taken.recording)
    assert {"fetch elsewhere", "fetch own", "Cache Storage", "document"} <= set(told)
    assert [what for what, came in told.items() if not came.startswith("refused")] == []
    assert elsewhere.visits == []
    assert [path for path in watched.requests if "leak" in path] == []
    tab.open(f"{watched.address}with-program/")
    check_afterwards(tab, left)


DRAWINGS = {
    "the recorder's": "",
    "with a script": "<svg xmlns='http://www.w3.org/2000/svg'><script>ran()</script></svg>",
    "with HTML": "<svg xmlns='http://www.w3.org/2000/svg'><foreignObject><img xmlns='http://www.w3."
    "org/1999/xhtml' src='x' onerror='ran()'/></foreignObject></svg>",
    "with an event": "<svg xmlns='http://www.w3.org/2000/svg' onload='ran()'/>",
    "with a style": "<svg xmlns='http://www.w3.org/2000/svg'><rect style='fill: red'/></svg>",
    "with a link": "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'>"
    "<a x:href='javascript:ran()'><text>x</text></a></svg>",
    "HTML": "<img src=x onerror=ran()>",
}


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_claimed_markup_is_text_or_refused(drawing: str, tab: Tab, watched: Served) -> None:
    """Guards: texts are set as text, a drawing is rebuilt from a list of what it may have."""
    text = program("markup.py", DRAWING=drawing)
    taken, left = opened(tab, watched, text, "/%3Cscript%3Eran()%3C/script%3E")
    state = taken.run()
    if drawing:
        assert state == "failed", "a forged drawing was taken for one"
        assert taken.is_whole, "the build's own drawing has gone"
    else:
        assert state == "done", taken.text("status")
        assert "<img src=x onerror=ran()>" in taken.text("transcript"), "nothing was forged"
        assert "<script>" in taken.text("console")
    check_page(tab)
    tab.open(f"{watched.address}with-program/")  # its Python has other functions now
    check_afterwards(tab, left)


def test_a_forged_message_leaves_no_trace(tab: Tab, watched: Served) -> None:
    """Guards: the frame passes on results only, and a snapshot only before a reader's code."""
    taken, left = opened(tab, watched, program("forged.py"))
    assert left.run() == "done", left.text("status")  # now there is a snapshot
    before = tab.evaluate(KEPT)
    assert taken.run() in ENDS
    check_afterwards(tab, left)
    assert tab.evaluate(KEPT) == before
    tab.open(f"{watched.address}with-program/")
    assert left.run() == "done", left.text("status")


@pytest.mark.parametrize("kind", ["unknown", "result"])
def test_a_flood_of_messages_ends_at_once(kind: str, tab: Tab, watched: Served) -> None:
    """Guard: the frame's limit of messages, which ends what goes beyond it."""
    taken, left = opened(tab, watched, program("flood_messages.py", KIND=kind))
    assert taken.run() == "failed"
    if kind == "unknown":
        assert "发出的内容太多" in taken.text("status")
    assert taken.is_whole
    check_afterwards(tab, left)


def test_a_flood_of_text_ends(tab: Tab, watched: Served) -> None:
    """Guards: the budget, and the limits of a recording."""
    taken, left = opened(tab, watched, program("flood_console.py"))
    assert taken.run() == "failed"
    check_afterwards(tab, left)


def test_what_answers_nonsense_is_ended(tab: Tab, watched: Served) -> None:
    """Guards: the shape of an outcome is checked; the frame of a run that has failed is removed."""
    taken, left = opened(tab, watched, program("nonsense.py"))
    assert taken.run() == "failed"
    assert taken.is_whole
    check_afterwards(tab, left)


def test_memory_has_a_limit(tab: Tab, watched: Served) -> None:
    """Guard: the worker's limit on `WebAssembly.Memory`."""
    taken, left = opened(tab, watched, program("memory.py"), "/python", "/browser")
    assert taken.run() in ("done", "failed")
    if taken.state == "done":
        assert body(taken.recording) <= MOST_MEGABYTES
    check_afterwards(tab, left)


# WebKit cannot end a worker that is deaf, and would compute until the last test.
DEAF = pytest.mark.parametrize("tab", ENGINES[:2], indirect=True)


def test_what_catches_every_interrupt_is_ended(tab: Tab, watched: Served) -> None:
    """Guards: the recorder's budget, and the page's watchdog."""
    taken, left = opened(tab, watched, program("stubborn.py"))
    assert taken.run() == "failed"
    assert taken.is_whole
    check_afterwards(tab, left)


@DEAF
def test_what_hears_no_interrupt_is_ended(tab: Tab, watched: Served) -> None:
    """Guard: the page's watchdog, which counts real seconds itself."""
    taken, left = opened(tab, watched, program("deaf.py"))
    assert taken.run() == "failed"
    check_afterwards(tab, left)


def test_a_worker_that_has_ended_itself_is_noticed(tab: Tab, watched: Served) -> None:
    """Guard: the page's watchdog; the answer of the run that ended it may still go out."""
    taken, left = opened(tab, watched, program("silent.py"))
    assert "failed" in (taken.run(), left.run())
    check_afterwards(tab, left)


@DEAF
def test_what_hears_no_interrupt_can_be_stopped(tab: Tab, watched: Served) -> None:
    """Guard: Stop ends the worker when Python does not hear it."""
    taken, left = opened(tab, watched, program("deaf.py"))
    taken.start()
    taken.wait("running")
    tab.press(f"{taken.selector} [data-action=stop]")
    assert taken.wait(*ENDS) == "stopped"
    assert taken.is_whole
    check_afterwards(tab, left)


def test_changed_prototypes_stay_in_the_worker(tab: Tab, watched: Served) -> None:
    """Guards: page and frame trust nothing but their own objects; they share none with a worker."""
    taken, left = opened(tab, watched, program("prototypes.py"))
    assert taken.run() in ENDS
    assert tab.evaluate("() => [Object.prototype.svg ?? null, JSON.stringify(1)]") == [None, "1"]
    tab.open(f"{watched.address}with-program/")
    check_afterwards(tab, left)
