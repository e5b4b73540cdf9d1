import time

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def any_function() -> None:
    time.sleep(5)


# --8<-- [start:one_line]
@app.post("/start")
async def start(background_tasks: BackgroundTasks) -> dict[str, str]:
    background_tasks.add_task(any_function)
    return {"message": "started"}


# --8<-- [end:one_line]
