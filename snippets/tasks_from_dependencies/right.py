import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI

app = FastAPI()


async def write_audit(entries: list[str]) -> None:
    await asyncio.sleep(1)
    print(f"audit: {entries}")


async def audit(tasks: BackgroundTasks) -> AsyncIterator[list[str]]:
    entries: list[str] = []
    yield entries
    tasks.add_task(write_audit, entries)


Audit = Annotated[list[str], Depends(audit, scope="function")]


@app.post("/transfer")
async def transfer(entries: Audit) -> dict[str, str]:
    entries.append("ann paid bob")
    return {"status": "paid"}
