"""Hands Mangum a stored event, as Lambda does, and prints what came back, and when."""

import asyncio
import json
import logging
import time

from fastapi import BackgroundTasks, FastAPI
from mangum import Mangum

logging.basicConfig(level=logging.ERROR, format="logged: %(message)s")
app = FastAPI()


async def send_receipt(seconds: float, fails: bool) -> None:
    await asyncio.sleep(seconds)
    if fails:
        raise ConnectionError("mail server is down")
    print("sent", flush=True)


@app.post("/orders")
async def place(seconds: float, fails: bool, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(send_receipt, seconds, fails)
    return {"status": "placed"}


def event(query: str) -> dict[str, object]:
    """What API Gateway sends for a POST, as far as Mangum reads it."""
    http = {"method": "POST", "path": "/orders", "sourceIp": "192.0.2.1"}
    return {
        "version": "2.0",
        "rawPath": "/orders",
        "rawQueryString": query,
        "headers": {"host": "example.test"},
        "requestContext": {"http": http, "stage": "$default"},
        "isBase64Encoded": False,
    }


handler = Mangum(app, lifespan="off")
for fails in ("false", "true"):
    began = time.monotonic()
    answer = handler(event(f"seconds=2&fails={fails}"), None)
    took = round(time.monotonic() - began, 2)
    print(json.dumps({"took": took, "status": answer["statusCode"]}), flush=True)
