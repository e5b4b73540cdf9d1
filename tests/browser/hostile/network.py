"""Tries to reach another origin and the site's own, by what Python sees of a worker."""

import js
from fastapi import FastAPI

ADDRESSES = {"elsewhere": "ELSEWHERE", "own": "OWN"}
app = FastAPI()


def request(address):
    asked = js.XMLHttpRequest.new()
    asked.open("GET", f"{address}request", False)
    asked.send()


def script(address):
    js.importScripts(f"{address}script.js")


def outcome(call, address):
    try:
        call(address)
    except Exception as error:
        return f"refused: {type(error).__name__}"
    return "reached"


@app.get("/")
async def attack() -> dict[str, str]:
    for address in ADDRESSES.values():
        js.fetch(f"{address}fetch", mode="no-cors")  # whether it gets there, the server knows
    return {
        f"{call.__name__} {name}": outcome(call, address)
        for name, address in ADDRESSES.items()
        for call in (request, script)
    }
