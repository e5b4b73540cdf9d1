"""Sends messages for ever."""

import js
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def flood():
    while True:
        js.postMessage("x" * 100_000)
