"""What a hostile program in JavaScript may not reach is out of its reach, and it can be ended.

Each test names the guard that it rests on; take the guard out, and the test fails.
"""

import json

import pytest

from tests.browser.engines import Tab
from tests.browser.hostility import (
    FRAMES,
    check_afterwards,
    check_page,
    opened_script,
    program,
)
from tests.browser.sandbox import ENDS
from tests.browser.server import Served
from tests.browser.test_hostile_reach import DRAWING
from tests.browser.test_hostile_reach import elsewhere as elsewhere
from tests.browser.trap import Trap

ENDLESS = "for (;;);"
# Real time: a program's own setTimeout takes none. The player would give it up for a deadlock.
SILENCE = """
const silence = async () => {
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) await new Promise((done) => setImmediate(done));
  throw new Error("nothing came of it");
};
"""
# Workers of its own are tried by the worker that is taken over, in the same frame; here Firefox
# lets a program that starts ten of them wait for ever, now and then.
TELL = """
for (const way of Object.keys(WAYS)) if (/worker/i.test(way)) delete WAYS[way];
console.log(JSON.stringify(await attempts()));
"""


def reaching(address: str, own: str) -> str:
    """The attempts of the worker that is taken over, as a reader's program."""
    text = program("worker.js", ELSEWHERE=address, OWN=own)
    head, _, rest = text.partition("const silence =")
    attempts = rest.partition("PATIENCE));\n")[2].partition("function outcome")[0]
    return head + SILENCE + attempts + TELL


def test_nothing_reaches_the_network(tab: Tab, watched: Served, elsewhere: Trap) -> None:
    """Guards: the frame's policy, and its `sandbox` without `allow-same-origin`."""
    text = reaching(elsewhere.address, f"{watched.address}leak/")
    taken, left = opened_script(tab, watched, text, {"requests": [], "budget": 30})
    tab.evaluate("() => caches.open('of the page').then(() => null)")
    state = taken.run()
    assert tab.evaluate("() => caches.has('leak')") is False
    tab.evaluate("() => caches.delete('of the page')")
    assert state == "done", taken.text("status") + taken.text("console")
    assert taken.recording is not None
    told = json.loads(taken.recording["printed"])
    assert {"fetch elsewhere", "import own", "WebSocket elsewhere", "document"} <= set(told)
    assert [what for what, came in told.items() if not came.startswith("refused")] == []
    assert elsewhere.visits == []
    assert [path for path in watched.requests if "leak" in path] == []
    tab.open(f"{watched.address}with-program/")
    check_afterwards(tab, left)


@pytest.mark.parametrize("source", ["ELSEWHEREmodule.js", "OWNmodule.js", "data:text/javascript,1"])
def test_an_import_of_an_address_is_refused(
    source: str, tab: Tab, watched: Served, elsewhere: Trap
) -> None:
    """Guards: the player names what may be imported; the frame's policy."""
    address = source.replace("ELSEWHERE", elsewhere.address)
    address = address.replace("OWN", f"{watched.address}leak/")
    taken, _ = opened_script(tab, watched, f'import "{address}";\n')
    assert taken.run() == "failed"
    assert "模块只有 express" in taken.text("console")
    assert elsewhere.visits == []
    assert [path for path in watched.requests if "leak" in path] == []


def test_an_endless_loop_ends_with_its_time(tab: Tab, watched: Served) -> None:
    """Guard: the page counts real seconds, and takes the frame away."""
    taken, left = opened_script(tab, watched, ENDLESS, {"requests": [], "budget": 1})
    assert taken.run() == "failed"
    assert "死循环" in taken.text("status")
    assert tab.evaluate(FRAMES) == []
    assert taken.is_whole
    check_afterwards(tab, left)


def test_an_endless_loop_can_be_stopped(tab: Tab, watched: Served) -> None:
    """Guard: Stop takes the frame away, and with it the worker."""
    taken, left = opened_script(tab, watched, ENDLESS)
    taken.start()
    taken.wait("running")
    tab.press(f"{taken.selector} [data-action=stop]")
    assert taken.wait(*ENDS) == "stopped"
    assert tab.evaluate(FRAMES) == []
    assert taken.is_whole
    check_afterwards(tab, left)


@pytest.mark.parametrize("kind", ["unknown", "failed"])
def test_a_flood_of_messages_ends_at_once(kind: str, tab: Tab, watched: Served) -> None:
    """Guard: the frame's limit of messages, which ends what goes beyond it."""
    taken, left = opened_script(tab, watched, program("flood_messages.js", KIND=kind))
    assert taken.run() == "failed"
    if kind == "unknown":
        assert "发出的内容太多" in taken.text("status")
    assert taken.is_whole
    check_afterwards(tab, left)


def test_a_flood_of_text_ends(tab: Tab, watched: Served) -> None:
    """Guards: the limits of a recording, and the budget."""
    story = {"requests": [], "budget": 2}
    taken, left = opened_script(tab, watched, program("flood_console.js"), story)
    assert taken.run() == "failed"
    check_afterwards(tab, left)


def test_a_text_that_goes_on_is_cut_short(tab: Tab, watched: Served) -> None:
    """Guard: the limits of a recording."""
    text = program("flood_console.js").replace("catch {}", "finally {}")
    taken, _ = opened_script(tab, watched, text)
    assert taken.run() == "failed"
    assert taken.recording is not None
    assert len(taken.recording["printed"]) < 600_000
    check_page(tab)


def test_names_and_texts_are_shown_as_text(tab: Tab, watched: Served) -> None:
    """Guard: texts are set as text."""
    taken, left = opened_script(tab, watched, program("markup.js"))
    assert taken.run() == "done", taken.text("status")
    assert "<img src=x onerror=ran()> 开始" in taken.text("transcript")
    assert "<script>" in taken.text("console")
    check_page(tab)
    assert left.run() == "done"
    assert taken.run() == "done"  # now Python draws it
    assert taken.is_whole
    assert "<img src=x onerror=ran()>" in taken.text("timeline")
    check_afterwards(tab, left)


def test_a_forged_answer_is_text_and_draws_nothing(tab: Tab, watched: Served) -> None:
    """Guards: an outcome is taken apart; only Python draws."""
    taken, left = opened_script(tab, watched, program("forged.js", SVG=DRAWING))
    assert taken.run() == "done"
    assert "<img src=x onerror=ran()>" in taken.text("transcript")
    assert "<script>" in taken.text("responses")
    assert "<svg" not in taken.shown
    check_afterwards(tab, left)


def test_changed_prototypes_stay_in_the_worker(tab: Tab, watched: Served) -> None:
    """Guards: page and frame share no object with a worker, and each run has a new one."""
    taken, left = opened_script(tab, watched, program("prototypes.js"))
    assert taken.run() in ENDS
    assert tab.evaluate("() => [Object.prototype.svg ?? null, JSON.stringify(1)]") == [None, "1"]
    tab.open(f"{watched.address}sequential-order/")
    assert taken.run() == "done"
    check_afterwards(tab, left)
