"""Who is measured, and where each page has its Run and its result."""

from dataclasses import dataclass

from tests.bench.live.peers import SNIPPET

_ANSWER = "notifications queued"


@dataclass(frozen=True)
class Contestant:
    """A page. `output` is where the result shows; its text, or its data-state, tells the end.

    `own` is the start of the paths that are counted even when they are asked for before Run is
    pressed; the rest of a page, that it would have without a sandbox, is not counted.
    """

    name: str
    page: str
    run: str
    output: str
    done: str
    own: tuple[str, ...]
    failed: str = "Error|Could not"
    hover: str = ""  # what has the mouse before Run is there to be pressed


_SANDBOX = f'live-sandbox[data-snippet="{SNIPPET}"]'
OURS = Contestant(
    "ours",
    "/en/sequential-order/",
    f"{_SANDBOX} [data-action=run]",
    _SANDBOX,
    "^done$",
    ("/assets/sandbox", "/assets/live"),
    "^(failed|unavailable)$",
)
BARE = Contestant("bare Pyodide", "/peers/bare.html", "#run", "#output", "^2", ("/peers/",))
STOCK = Contestant("stock Pyodide", "/peers/stock.html", "#run", "#output", _ANSWER, ("/peers/",))
FENCE = Contestant(
    "markdown-exec",
    "/peers/markdown-exec.html",
    "[id$=--run]",
    "[id$=--output]",
    _ANSWER,
    ("/peers/",),
)
PYSCRIPT = Contestant(
    "PyScript",
    "/peers/pyscript.html",
    ".py-editor-run-button",
    ".py-editor-output",
    _ANSWER,
    ("/peers/",),
    hover=".py-editor-box",
)
ALL = (OURS, BARE, STOCK, FENCE, PYSCRIPT)
