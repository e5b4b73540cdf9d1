"""Computes for ever, and catches whatever might end it."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def compute():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
