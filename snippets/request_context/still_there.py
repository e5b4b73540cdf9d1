import asyncio

from fastapi import BackgroundTasks, FastAPI, Request

app = FastAPI()


# --8<-- [start:look_back]
async def look_back(request: Request) -> None:
    await asyncio.sleep(3)
    print("header:", request.headers["user-agent"])
    print("address:", request.url.path, request.query_params["dish"])
    print("client:", request.client and request.client.host)
    print("state:", request.state.table)


# --8<-- [end:look_back]
@app.get("/menu")
async def menu(request: Request, tasks: BackgroundTasks) -> list[str]:
    request.state.table = "by the window"
    tasks.add_task(look_back, request)
    return ["soup", "noodles"]
