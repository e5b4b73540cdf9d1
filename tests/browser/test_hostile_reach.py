"""What a hostile program may not reach is out of its reach, in every engine.

Each test names the guard that it rests on; take the guard out, and the test fails.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from site_build.payload.making import run
from tests.browser.engines import Tab
from tests.browser.hostility import body, check_afterwards, check_page, opened, program
from tests.browser.sandbox import ENDS
from tests.browser.server import Served
from tests.browser.trap import Trap, trap

# As the recorder draws nothing.
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg'><title>x</title><desc>x</desc></svg>"
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


def packed(text: str, target: Path) -> bytes:
    """A text as a file of the payload of that name."""
    source = target.with_suffix(".raw")
    source.write_text(text, "utf-8")
    run("compress.mjs", source, target)
    return target.read_bytes()


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
