"""Programs that mean harm do none: what each may not reach is out of its reach, in every engine.

Each test names the guard that it rests on; take the guard out, and the test fails.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.engines import Tab
from tests.browser.sandbox import ENDS, LEFT, Sandbox, essence, expected, open_program
from tests.browser.server import Served
from tests.browser.trap import Trap, trap

PROGRAMS = Path(__file__).parent / "hostile"
ROUNDS = 50  # runs after which what was tried must have come to an end
MOST_MEGABYTES = 1100  # that Python may take: its limit, and what the last piece adds
LONGEST_PAUSE = 2000  # milliseconds in which the page does nothing else; a run's budget is 5 s
# As the recorder draws nothing.
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg'><title>x</title><desc>x</desc></svg>"
# What goes on in the page meanwhile: scripts that run, messages from elsewhere, and a pulse.
LISTEN = """() => {
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
KEPT = """async () => {
  const kept = [];
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


def body(recorded: dict[str, Any] | None) -> Any:
    """What the program answered to its first request."""
    assert recorded is not None
    return json.loads(recorded["responses"][0]["body"])


def report(taken: Sandbox) -> dict[str, str]:
    """Run a program again until all that it has tried has come to an end; what came of each."""
    for _ in range(ROUNDS):
        assert taken.run() == "done", taken.text("status")
        told: dict[str, str] = body(taken.recording)
        if "pending" not in told.values():
            return told
    raise AssertionError(f"still pending after {ROUNDS} runs: {told}")


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
    told = report(taken)
    assert [what for what, came in told.items() if not came.startswith("refused")] == []
    assert elsewhere.visits == []
    assert [path for path in watched.requests if "leak" in path] == []
    check_afterwards(tab, left)


def test_the_other_origin_would_be_reached_by_a_page(tab: Tab, elsewhere: Trap) -> None:
    """Without this the test above could pass with a trap that nobody can fall into."""
    tab.open(elsewhere.address)
    assert "GET / HTTP/1.1" in elsewhere.visits


def test_a_worker_that_is_taken_over_reaches_nothing(
    tab: Tab, watched: Served, elsewhere: Trap
) -> None:
    """Guards: the frame's policy, and its `sandbox` without `allow-same-origin`."""
    own = f"{watched.address}leak/"
    script = program("worker.js", ELSEWHERE=elsewhere.address, OWN=own, SVG=DRAWING)
    (worker,) = watched.folder.glob("assets/live/worker.*")
    place = f"assets/live/{worker.name}"
    watched.pages[place] = gzip.compress(script.encode())
    taken, left = opened(tab, watched, "")
    state = taken.run()
    del watched.pages[place]
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
    assert before, "no snapshot was kept, so none can be forged"
    assert taken.run() in ENDS
    check_afterwards(tab, left)
    assert tab.evaluate(KEPT) == before
    tab.open(f"{watched.address}with-program/")
    assert left.run() == "done", left.text("status")


@pytest.mark.parametrize("name", ["flood_messages", "flood_console"])
def test_a_flood_ends_and_the_page_stays_responsive(name: str, tab: Tab, watched: Served) -> None:
    """Guards: the frame's limit of messages; the budget, and the limit of a recording's size."""
    taken, left = opened(tab, watched, program(f"{name}.py"))
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


def test_what_computes_for_ever_is_ended(tab: Tab, watched: Served) -> None:
    """Guard: the page's watchdog, which counts real seconds itself."""
    taken, left = opened(tab, watched, program("stubborn.py"))
    assert taken.run() == "failed"
    check_afterwards(tab, left)


def test_a_worker_that_has_ended_itself_is_noticed(tab: Tab, watched: Served) -> None:
    """Guard: the page's watchdog; the answer of the run that ended it may still go out."""
    taken, left = opened(tab, watched, program("silent.py"))
    assert "failed" in (taken.run(), left.run())
    check_afterwards(tab, left)


def test_what_never_answers_can_be_stopped(tab: Tab, watched: Served) -> None:
    """Guard: Stop ends the worker when Python does not hear it."""
    taken, left = opened(tab, watched, program("stubborn.py"))
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
