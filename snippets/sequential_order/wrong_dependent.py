import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


async def render_invoice() -> None:
    await asyncio.sleep(2)
    raise RuntimeError("template is broken")


async def mail_invoice() -> None:
    await asyncio.sleep(1)


async def count_signup() -> None:
    await asyncio.sleep(1)


# --8<-- [start:sign_up]
@app.post("/sign-up")
async def sign_up(tasks: BackgroundTasks) -> dict[str, str]:
    tasks.add_task(render_invoice)
    tasks.add_task(mail_invoice)
    tasks.add_task(count_signup)
    # --8<-- [end:sign_up]
    return {"message": "welcome"}
