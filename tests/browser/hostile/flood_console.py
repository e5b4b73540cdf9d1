"""Prints, and writes to the browser's console, for ever."""

import js
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def flood():
    while True:
        print("x" * 100_000)
        js.console.log("x" * 100_000)
