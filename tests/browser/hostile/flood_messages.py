"""Sends messages for ever, of a shape that the sandbox does not know, or of that of its results."""

import js
from fastapi import FastAPI
from pyodide.ffi import to_js

app = FastAPI()


@app.get("/")
async def flood():
    message = to_js({"KIND": "x" * 10_000}, dict_converter=js.Object.fromEntries)
    while True:
        js.postMessage(message)
