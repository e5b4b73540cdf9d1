"""Computes for ever inside one call, in which Python hears no interrupt."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def compute():
    return sum(range(10**15))
