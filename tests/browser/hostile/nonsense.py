"""Answers in the recorder's place, with no recording, and goes on computing."""

import js
from fastapi import FastAPI
from pyodide.ffi import to_js

app = FastAPI()


@app.get("/")
async def answer():
    js.postMessage(to_js({"result": '{"svg": 1}'}, dict_converter=js.Object.fromEntries))
    while True:
        pass
