import asyncio
import inspect
import logging
import reprlib
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

from fastapi import BackgroundTasks, FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("tasks")
request_id: ContextVar[str] = ContextVar("request_id", default="-")
brief = reprlib.Repr()
brief.maxstring = brief.maxother = 80

# --8<-- [start:safe]
Task = TypeVar("Task", bound=Callable[..., Any])


def describe(task: Task, args: Any, kwargs: Any) -> str:
    name = getattr(task, "__qualname__", brief.repr(task))
    given = [brief.repr(value) for value in args]
    given += [f"{key}={brief.repr(value)}" for key, value in kwargs.items()]
    return f"[{request_id.get()}] {name}({', '.join(given)})"


def safe(task: Task) -> Task:
    @wraps(task)
    async def awaited(*args: Any, **kwargs: Any) -> Any:
        try:
            return await task(*args, **kwargs)
        except asyncio.CancelledError:
            logger.warning("%s was cut off", describe(task, args, kwargs))
            raise
        except Exception:
            logger.exception("%s failed", describe(task, args, kwargs))

    @wraps(task)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            result = task(*args, **kwargs)
            if inspect.isawaitable(result):
                raise TypeError("returned a coroutine, and nobody awaits it")
            return result
        except Exception:
            logger.exception("%s failed", describe(task, args, kwargs))

    is_async = inspect.iscoroutinefunction(task) or inspect.iscoroutinefunction(type(task).__call__)
    return cast(Task, awaited if is_async else called)


# --8<-- [end:safe]
# --8<-- [start:request_id]
class RequestId:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        request_id.set(given[:64] or uuid.uuid4().hex)

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-request-id"] = request_id.get()
            await send(message)

        await self.app(scope, receive, tell)


app = FastAPI()
app.add_middleware(RequestId)


# --8<-- [end:request_id]
# --8<-- [start:tasks]
@safe
async def mail_receipt(order: int, address: str) -> None:
    await asyncio.sleep(1)
    if "@" not in address:
        raise ValueError("no such mailbox")


@safe
def print_label(order: int) -> None:
    time.sleep(2)


@app.post("/orders/{order}")
async def place(order: int, address: str, tasks: BackgroundTasks) -> dict[str, int]:
    tasks.add_task(mail_receipt, order, address)
    tasks.add_task(print_label, order)
    return {"accepted": order}


# --8<-- [end:tasks]
@app.get("/ping")
async def ping() -> str:
    return "pong"
