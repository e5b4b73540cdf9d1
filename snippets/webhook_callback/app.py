import asyncio
import base64
import hmac
import json
import logging
import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from typing import Annotated, Any

import httpx
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request

DEMO = "http://shop.test/hooks"
URL = os.environ.get("WEBHOOK_URL", DEMO)
SECRET = "whsec_bm90LWEtc2VjcmV0LWp1c3QtYS1kZW1v" if URL == DEMO else os.environ["WEBHOOK_SECRET"]
TRIES = int(os.environ.get("WEBHOOK_TRIES", "5"))
WAIT_S = float(os.environ.get("WEBHOOK_WAIT_S", "1"))
LIMIT_S = float(os.environ.get("WEBHOOK_LIMIT_S", "15"))
FRESH_S = 300
logger = logging.getLogger("webhooks")
app, shop = FastAPI(), FastAPI()
transport = httpx.ASGITransport(shop) if URL == DEMO else None
client = httpx.AsyncClient(transport=transport, timeout=LIMIT_S)


# --8<-- [start:sign]
def sign(message_id: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


# --8<-- [end:sign]
# --8<-- [start:send]
async def post(message_id: str, body: bytes) -> int:
    timestamp = str(int(time.time()))
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(message_id, timestamp, body),
    }
    try:
        async with asyncio.timeout(LIMIT_S):
            async with client.stream("POST", URL, content=body, headers=headers) as answer:
                return answer.status_code
    except (httpx.TransportError, TimeoutError):
        return 0


async def call_back(message_id: str, event: dict[str, Any]) -> None:
    body = json.dumps(event).encode()
    for tries in range(1, TRIES + 1):
        status = await post(message_id, body)
        if 200 <= status < 300:
            return
        logger.warning("%s, try %s: %s", message_id, tries, status or "no answer")
        if 0 < status < 500 and status not in (408, 429):
            break
        if tries < TRIES:
            await asyncio.sleep(WAIT_S * 2 ** (tries - 1))
    logger.error("gave up on %s", message_id)


# --8<-- [end:send]
# --8<-- [start:task]
async def render(report: int) -> None:
    await asyncio.sleep(2)


async def make_report(report: int) -> None:
    outcome = "ready"
    try:
        await render(report)
    except Exception:
        logger.exception("report %s", report)
        outcome = "failed"
    event = {"type": f"report.{outcome}", "data": {"report": report}}
    await call_back(f"report-{report}-{outcome}", event)


@app.post("/reports/{report}", status_code=202)
async def order(report: int, tasks: BackgroundTasks) -> None:
    tasks.add_task(make_report, report)


# --8<-- [end:task]
# --8<-- [start:receive]
def is_genuine(headers: Mapping[str, str], body: bytes) -> bool:
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > FRESH_S:
        return False
    expected = sign(message_id, timestamp, body).encode()
    given = headers.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(expected, one) for one in given)


async def raw_body(request: Request) -> bytes:
    return await request.body()


@shop.post("/hooks", status_code=204)
def receive(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> None:
    if time.time() < shop_opens:
        raise HTTPException(503)
    if not is_genuine(request.headers, body):
        raise HTTPException(401)
    row = request.headers["webhook-id"], body.decode()
    with closing(sqlite3.connect(os.environ.get("INBOX", "inbox.db"))) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY, event TEXT)")
        db.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", row)


# --8<-- [end:receive]
shop_opens = time.time() + 4
