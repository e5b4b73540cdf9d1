"""Changes what all objects of its worker have, so that whoever trusts them there is fooled."""

import js
from fastapi import FastAPI
from pyodide.ffi import create_proxy

app = FastAPI()


@app.get("/")
async def change() -> str:
    nothing = create_proxy(lambda *_: None)
    js.MessagePort.prototype.postMessage = nothing
    js.JSON.stringify = nothing
    js.Object.prototype.error = "polluted"
    js.Object.prototype.svg = "<svg onload=ran()></svg>"
    js.Array.prototype.map = nothing
    return "changed"
