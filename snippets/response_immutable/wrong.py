import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


@app.post("/process")
async def process(background_tasks: BackgroundTasks) -> dict[str, str]:
    response = {"status": "processing"}

    async def update_response() -> None:
        await asyncio.sleep(3)
        response["status"] = "completed"
        print(f"the dict now says {response['status']}")

    background_tasks.add_task(update_response)
    return response
