import asyncio
import logging
import os
import time
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI
from pydantic import BaseModel

GIVE_UP_AFTER_S = float(os.environ.get("GIVE_UP_AFTER_S", "3600"))
LONGEST_WAIT_S = 600.0
logger = logging.getLogger(__name__)
app = FastAPI()


class Clock:
    def now(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Mailer:
    async def send(self, address: str, text: str) -> None:
        await asyncio.sleep(1)
        print(f"to {address}: {text}")


class Printer:
    def print_label(self, order: int) -> None:
        time.sleep(2)
        print(f"label of order {order}")


async def get_clock() -> Clock:
    return Clock()


async def get_mailer() -> Mailer:
    return Mailer()


async def get_printer() -> Printer:
    return Printer()


def print_label(order: int, printer: Printer) -> None:
    printer.print_label(order)


async def send_receipt(order: int, address: str, mailer: Mailer, clock: Clock) -> None:
    started, wait = clock.now(), 1.0
    while True:
        try:
            await mailer.send(address, f"receipt of order {order}")
            return
        except ConnectionError:
            if clock.now() - started + wait > GIVE_UP_AFTER_S:
                logger.exception("receipt of order %d: given up", order)
                raise
        await clock.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT_S)


class Order(BaseModel):
    address: str


@app.post("/orders/{order}", status_code=202)
async def place(
    order: int,
    body: Order,
    tasks: BackgroundTasks,
    mailer: Annotated[Mailer, Depends(get_mailer)],
    printer: Annotated[Printer, Depends(get_printer)],
    clock: Annotated[Clock, Depends(get_clock)],
) -> dict[str, int]:
    tasks.add_task(print_label, order, printer)
    tasks.add_task(send_receipt, order, body.address, mailer, clock)
    return {"accepted": order}


@app.get("/ping")
async def ping() -> str:
    return "pong"
