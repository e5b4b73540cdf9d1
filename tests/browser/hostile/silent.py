"""Ends its own worker, which then never answers."""

import js
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def end() -> str:
    js.close()
    return "this message may or may not go out"
