from fastapi import BackgroundTasks, FastAPI, HTTPException

app = FastAPI()


def write_down(dish: str) -> None:
    print(f"somebody asked for {dish}")


# --8<-- [start:order]
@app.post("/orders")
async def order(dish: str, tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(write_down, dish)
    if dish not in {"soup", "noodles"}:
        raise HTTPException(404, f"no {dish} today")
    return {"confirmed": dish}


# --8<-- [end:order]
