import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


# --8<-- [start:limit]
@app.middleware("http")
async def limit(request, call_next):
    async with asyncio.timeout(3):
        return await call_next(request)
    # --8<-- [end:limit]


async def import_file(name: str) -> None:
    await asyncio.sleep(10)
    print(f"{name} is imported")


@app.post("/imports/{name}")
async def start_import(name: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(import_file, name)
    return {"importing": name}
