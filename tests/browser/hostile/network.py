"""Tries to reach another origin and the site's own, by what Python sees of a worker.

What is tried goes on after the run that began it; each further run reports what has come of it.
"""

import js
from fastapi import FastAPI
from pyodide.ffi import create_proxy

ADDRESSES = {"elsewhere": "ELSEWHERE", "own": "OWN"}
app = FastAPI()


def set_told(what, came):
    setattr(js.told, what, came)


def attempt(what, call):
    """Call something that returns a source of events, or nothing once it has reached."""
    set_told(what, "pending")
    try:
        begun = call()
    except Exception as error:
        set_told(what, f"refused: {error}")
        return
    if begun is None:
        set_told(what, "reached")
    else:
        begun.onopen = create_proxy(lambda *_: set_told(what, "reached"))
        begun.onerror = create_proxy(lambda *_: set_told(what, "refused: an error"))


def request(address):
    asked = js.XMLHttpRequest.new()
    asked.open("GET", address, False)
    asked.send()


def attack(name, address):
    js.fetch(f"{address}fetch", mode="no-cors")  # whether it gets there, the server knows
    socket = address.replace("http", "ws")
    attempt(f"request {name}", lambda: request(f"{address}request"))
    attempt(f"script {name}", lambda: js.importScripts(f"{address}script.js"))
    attempt(f"socket {name}", lambda: js.WebSocket.new(socket))
    attempt(f"events {name}", lambda: js.EventSource.new(f"{address}events"))


@app.get("/")
async def report() -> dict[str, str]:
    if not hasattr(js, "told"):
        js.told = js.Object.new()
        for name, address in ADDRESSES.items():
            attack(name, address)
    return dict(js.Object.entries(js.told).to_py())
