import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
buffer: list[str] = []


async def save(events: list[str]) -> None:
    await asyncio.sleep(1)
    print(f"saved {events}")


# --8<-- [start:record]
@app.post("/events/{event}")
async def record(event: str, tasks: BackgroundTasks) -> dict[str, str]:
    buffer.append(event)
    if len(buffer) == 2:
        tasks.add_task(save, buffer)
        buffer.clear()
        # --8<-- [end:record]
    return {"recorded": event}
