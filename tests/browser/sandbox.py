"""What a test does with a sandbox of a page, in any engine."""

import functools
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from typing import Any

from site_build.recordings import recording
from tests.browser.engines import LONGEST, Tab
from tests.browser.server import Served

ENDS = ("done", "failed", "stopped", "unavailable")
# The sandbox of the page that a hostile program takes, and one that stays as it is.
TAKEN, LEFT = "sequential_order/wrong", "sequential_order/right"
SCRIPT = "sequential_order/promise_all"  # the one that a program in JavaScript takes
_CODE = re.compile(r"(<pre>(?:<span></span>)?<code>).*?(</code></pre>)", re.S)


@dataclass
class Sandbox:
    """A `<live-sandbox>` on the page that a tab shows."""

    tab: Tab
    snippet: str

    @property
    def selector(self) -> str:
        """Leads to the element."""
        return f'live-sandbox[data-snippet="{self.snippet}"]'

    def _get(self, expression: str) -> Any:
        return self.tab.evaluate(
            f"(selector) => {{ const box = document.querySelector(selector); "
            f"return {expression}; }}",
            self.selector,
        )

    def start(self) -> None:
        """Press Run, as soon as it is there."""
        self.tab.wait(f"{self.selector} [data-action=run]:not([aria-disabled=true])")
        self.tab.press(f"{self.selector} [data-action=run]")

    def wait(self, *states: str, longest: int = LONGEST) -> str:
        """Wait until one of some states is reached; which one it is."""
        self.tab.wait(
            ", ".join(f"{self.selector}[data-state={state}]" for state in states), longest
        )
        return self.state

    def run(self) -> str:
        """Press Run and wait for the end; the state."""
        if self.state == "unavailable":
            return self.state
        self.start()
        return self.wait(*ENDS)

    @property
    def state(self) -> str:
        """Its `data-state`."""
        return str(self._get("box.dataset.state"))

    @property
    def recording(self) -> dict[str, Any] | None:
        """The recording of the last run."""
        told: str = self._get("JSON.stringify(box.recording ?? null)")
        recorded: dict[str, Any] | None = json.loads(told)
        return recorded

    def text(self, part: str) -> str:
        """What a part says."""
        return str(self._get(f"box.querySelector('[data-part={part}]').textContent"))

    @property
    def shown(self) -> str:
        """The markup of its picture."""
        return str(self._get("box.querySelector('[data-part=timeline]').innerHTML"))

    @property
    def steps(self) -> list[str]:
        """The lines that the rows of the transcript name, and the events that the shapes do."""
        told: str = self._get(
            "JSON.stringify([...box.querySelectorAll('.transcript ol > li, [data-events]')]"
            ".map(({ dataset }) => dataset.events ?? dataset.line ?? ''))"
        )
        steps: list[str] = json.loads(told)
        return steps

    @property
    def is_whole(self) -> bool:
        """Whether the listing and a drawing with its transcript are to be seen."""
        return bool(
            self._get(
                "box.querySelector('pre > code').getClientRects().length > 0"
                " && box.querySelector('svg.tl').getBoundingClientRect().width > 0"
                " && box.querySelectorAll('.transcript li').length > 0"
            )
        )


def essence(recording: dict[str, Any] | None) -> Any:
    """What two recordings must share to be equal, as the contract says."""
    if recording is None:
        return None
    events = [[e[key] for key in ("at", "kind", "visitor", "name")] for e in recording["events"]]
    return events, [[r["status"], r["body"]] for r in recording["responses"]]


@functools.cache
def expected(snippet_id: str) -> Any:
    """The essence of the build's own recording; played in a thread without Playwright's loop."""
    with ThreadPoolExecutor(1) as thread:
        played = thread.submit(recording, snippet_id).result()
    return essence(json.loads(played.to_json()))


def with_program(html: str, program: str, story: dict[str, Any], snippet_id: str) -> str:
    """A built page one of whose sandboxes has another program, and another story."""
    start = html.index(f'data-snippet="{snippet_id}"')
    start = html.rindex("<live-sandbox", 0, start)
    end = html.index("</live-sandbox>", start)
    told = escape(json.dumps({"budget": 5, **story}))
    box = _CODE.sub(lambda code: code[1] + escape(program) + code[2], html[start:end])
    box = re.sub(r""" data-recording='\w+'""", "", box)  # the build has played no such program
    box, found = re.subn(r"""data-story=(['"]).*?\1""", lambda _: f'data-story="{told}"', box)
    assert found == 1, f"{snippet_id} is no sandbox"
    return html[:start] + box + html[end:]


def _open(
    tab: Tab, served: Served, program: str, story: dict[str, Any], snippet_id: str
) -> tuple[Sandbox, Sandbox]:
    html = (served.folder / "sequential-order/index.html").read_text("utf-8")
    # As deep as the page that it is made of, whose links and inline scripts count on that.
    served.pages["with-program/"] = with_program(html, program, story, snippet_id)
    tab.open(f"{served.address}with-program/")
    return Sandbox(tab, snippet_id), Sandbox(tab, LEFT)


def open_program(tab: Tab, served: Served, program: str, *paths: str) -> tuple[Sandbox, Sandbox]:
    """Show a page with a program in place of a listing; that sandbox, and one that is as it was."""
    asked = [{"visitor": "ann", "method": "GET", "path": path} for path in paths or ["/"]]
    return _open(tab, served, program, {"requests": asked}, TAKEN)


def open_script(
    tab: Tab, served: Served, program: str, story: dict[str, Any] | None = None
) -> tuple[Sandbox, Sandbox]:
    """The same with a program in JavaScript, and its whole story."""
    return _open(tab, served, program, story or {"requests": []}, SCRIPT)
