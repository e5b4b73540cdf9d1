"""Another site that shows an embed, with the code that the page `embed` gives."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

from site_build.embeds import ALLOWED
from tests.browser.engines import LONGEST, Tab
from tests.browser.server import Served, served
from tests.conftest import SITE_URL
from tests.docs.parsed import parse

SNIPPET = "sequential_order/right"
# In the embed, since nobody else can look into a frame without an origin: presses Run, and says
# what came of it.
REPORT = """
const throws = (use) => { try { use(); return false; } catch { return true; } };
addEventListener("load", () => {
  const box = document.querySelector("live-sandbox");
  box.addEventListener("sandbox:finished", ({ detail: { state } }) => parent.postMessage({
    reported: JSON.stringify({
      origin, state, recording: box.recording,
      said: box.querySelector("[data-part=status]").textContent,
      isBlocked: throws(() => localStorage) && throws(() => sessionStorage),
    }),
  }, "*"));
  if (location.hash === "#run")
    box.querySelector("[data-action=run]").click();
});
"""
# On the other site, before everything else: keeps what it is told, and whether a frame has grown.
HEAR = """<script>
  window.heard = [];
  addEventListener("message", ({ data }) => {
    heard.push(data);
    if (data.reported) document.documentElement.dataset.reported = data.reported;
    if (data.height > heard.find(({ height }) => height).height)
      document.documentElement.dataset.grown = data.height;
  });
</script>"""


def given(site: Path) -> tuple[str, str]:
    """The script for the height, and the frame, as the page's listings say."""
    page = parse("embed", (site / "embed/index.html").read_text("utf-8"))
    texts = [element.text for element in page.all("code")]
    (script,) = (text for text in texts if "addEventListener(" in text)
    (frame,) = (text for text in texts if text.startswith("<iframe"))
    return script, unescape(frame)


def host(site: Served, snippet: str = SNIPPET, sandbox: str | None = "allow-scripts") -> str:
    """The other site's page; `sandbox=None` shows the embed in a frame with its origin."""
    script, frame = given(site.folder)
    frame = frame.replace(SITE_URL, site.address).replace(SNIPPET, snippet)
    frame = re.sub(r'(src="[^"]+)"', r'\1#run"', frame)
    whole = f'sandbox="{ALLOWED}"'
    assert whole in frame
    frame = frame.replace(whole, "" if sandbox is None else f'sandbox="{sandbox}"')
    return f"<!doctype html><title>Elsewhere</title>{HEAR}{script}{frame}"


@contextmanager
def elsewhere(folder: Path, page: str) -> Iterator[str]:
    """Serve a page on a site of its own: not only another port, but another host's name."""
    place = folder / "index.html"
    place.write_text(page, "utf-8")
    with served(folder) as other:
        yield other.address.replace("127.0.0.1", "localhost")


def reported(tab: Tab) -> dict[str, Any]:
    """What an embed says once it has run."""
    tab.wait("html[data-reported]", LONGEST)
    told: dict[str, Any] = tab.evaluate(
        "() => JSON.parse(document.documentElement.dataset.reported)"
    )
    return told
