import asyncio
import time
from contextvars import ContextVar

from fastapi import BackgroundTasks, FastAPI

api = FastAPI()
trace: ContextVar[str] = ContextVar("trace", default="-")


def span(name):
    began = time.monotonic()
    return lambda: print(f"[{trace.get()}] {name}: {time.monotonic() - began:g} s")


# --8<-- [start:tracer]
async def app(scope, receive, send):
    if scope["type"] != "http":
        return await api(scope, receive, send)

    trace.set(dict(scope["headers"]).get(b"x-request-id", b"-").decode())
    end = span(f"POST {scope['path']}")
    await api(scope, receive, send)
    end()


async def render(report: int) -> None:
    await asyncio.sleep(10)


# --8<-- [end:tracer]
@api.post("/reports/{report}")
async def order(report: int, tasks: BackgroundTasks) -> dict[str, int]:
    tasks.add_task(render, report)
    return {"ordered": report}
