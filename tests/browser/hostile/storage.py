"""Looks for what a page's own scripts have: storage, cookies, the document, other pages."""

import js
from fastapi import FastAPI
from pyodide.ffi import create_proxy

app = FastAPI()


def set_told(what, came):
    setattr(js.told, what, came)


def attempt(what, call):
    """Call something that returns a promise, an IDBRequest, or nothing where it has succeeded."""
    set_told(what, "pending")
    try:
        begun = call()
    except Exception as error:
        set_told(what, f"refused: {error}")
        return
    reached = create_proxy(lambda *_: set_told(what, "reached"))
    refused = create_proxy(lambda why, *_: set_told(what, f"refused: {why}"))
    if begun is None:
        set_told(what, "reached")
    elif hasattr(begun, "then"):
        begun.then(reached, refused)
    else:
        begun.onsuccess, begun.onerror = reached, refused


def look_at(name):
    if not hasattr(js, name):
        raise LookupError(f"there is no {name}")


def broadcast():
    channel = js.BroadcastChannel.new("leak")
    channel.postMessage("from the sandbox")
    js.channel = channel


@app.get("/")
async def report() -> dict[str, str]:
    if not hasattr(js, "told"):
        js.told = js.Object.new()
        attempt("Cache Storage", lambda: js.caches.open("leak"))
        attempt("Cache Storage, listed", lambda: js.caches.keys())
        attempt("IndexedDB", lambda: js.indexedDB.open("leak"))
        attempt("private files", lambda: js.navigator.storage.getDirectory())
        attempt("cookies", lambda: js.cookieStore.set("leak", "1"))
        for name in ("localStorage", "sessionStorage", "document", "window", "parent", "top"):
            attempt(name, lambda name=name: look_at(name))
        broadcast()
    return js.told.to_py()
