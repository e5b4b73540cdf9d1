"""Tries to reach another origin and the site's own, in every way that a worker has.

What is tried goes on after the run that began it; each further run reports what has come of it.
"""

from urllib.parse import quote

import js
from fastapi import FastAPI
from pyodide.ffi import create_proxy

ADDRESSES = {"elsewhere": "ELSEWHERE", "own": "OWN"}
# In a worker of its own JavaScript can be written as text, which this one's policy refuses.
SCRIPT = """
const tell = (what, promise) => promise.then(
  () => postMessage([what, "reached"]), (error) => postMessage([what, `refused: ${error}`]));
tell("fetch in a worker", fetch(ADDRESS, { mode: "no-cors" }));
tell("import in a worker", import(ADDRESS + "module.js"));
const socket = new WebSocket(ADDRESS.replace("http", "ws"));
tell("socket in a worker", new Promise((resolve, reject) => {
  socket.onopen = resolve;
  socket.onerror = () => reject("an error");
}));
"""
app = FastAPI()


def set_told(what, came):
    setattr(js.told, what, came)


def later(what, reached):
    """A callback that tells of an outcome."""
    return create_proxy(
        lambda why=None, *_: set_told(what, "reached" if reached else f"refused: {why}")
    )


def attempt(what, call):
    """Call something that returns a promise, a source of events, or nothing once it has reached."""
    set_told(what, "pending")
    try:
        begun = call()
    except Exception as error:
        set_told(what, f"refused: {error}")
        return
    if begun is None:
        set_told(what, "reached")
    elif hasattr(begun, "then"):
        begun.then(later(what, True), later(what, False))
    else:
        begun.onopen, begun.onerror = later(what, True), later(what, False)


def request(address):
    asked = js.XMLHttpRequest.new()
    asked.open("GET", address, False)
    asked.send()


def nested(name, address):
    code = SCRIPT.replace("ADDRESS", f"'{address}'")
    kinds = [f"{kind} in a worker" for kind in ("fetch", "import", "socket")]
    for kind in kinds:
        set_told(f"{kind} {name}", "pending")
    worker = js.Worker.new(f"data:text/javascript,{quote(code)}", type="module")
    worker.onmessage = create_proxy(
        lambda event: set_told(f"{event.data[0]} {name}", event.data[1])
    )
    worker.onerror = create_proxy(
        lambda _: [set_told(f"{kind} {name}", "refused: no worker") for kind in kinds]
    )


def attack(name, address):
    socket = address.replace("http", "ws")
    font = js.FontFace.new("x", f"url({address}font.woff)")
    for what, call in {
        "fetch": lambda: js.fetch(f"{address}fetch"),
        "opaque fetch": lambda: js.fetch(f"{address}opaque", mode="no-cors"),
        "XMLHttpRequest": lambda: request(f"{address}request"),
        "importScripts": lambda: js.importScripts(f"{address}scripts.js"),
        "WebSocket": lambda: js.WebSocket.new(socket),
        "EventSource": lambda: js.EventSource.new(f"{address}events"),
        "FontFace": font.load,
    }.items():
        attempt(f"{what} {name}", call)
    nested(name, address)


@app.get("/")
async def report() -> dict[str, str]:
    if not hasattr(js, "told"):
        js.told = js.Object.new()
        for name, address in ADDRESSES.items():
            attack(name, address)
    return js.told.to_py()
