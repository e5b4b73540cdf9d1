"""Says to the frame, beside the recorder, whatever it might believe."""

import js
from fastapi import FastAPI
from pyodide.ffi import to_js

app = FastAPI()


def say(**message):
    js.postMessage(to_js(message, dict_converter=js.Object.fromEntries))


@app.get("/")
async def report() -> dict[str, int]:
    heap = js.ArrayBuffer.new(1 << 16)
    snapshot = {"heap": heap, "table": [1, 2]}
    say(ready=True, marks=[], modules={}, snapshot=snapshot)
    say(ready=[["x", 1]], snapshot=snapshot)
    say(order="begin", script="postMessage(1)", snapshot=snapshot)
    say(failed="<img src=x onerror=ran()>")
    return {"port": 1}
