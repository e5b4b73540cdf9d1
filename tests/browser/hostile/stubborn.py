"""Computes for ever, hears no interrupt, and stops the clocks that might end it."""

import js
from fastapi import FastAPI
from pyodide.ffi import create_proxy

app = FastAPI()


@app.get("/")
async def compute():
    js.performance.now = create_proxy(lambda: 0)
    js.Date.now = create_proxy(lambda: 0)
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
