from fastapi import BackgroundTasks, FastAPI, UploadFile

app = FastAPI()


async def import_users(content: bytes) -> None:
    emails = content.decode().splitlines()[1:]
    print(f"{len(emails)} users imported")


@app.post("/users")
async def upload(file: UploadFile, tasks: BackgroundTasks) -> dict[str, str]:
    content = await file.read()
    if not content.startswith(b"email"):
        return {"status": "no list of users"}
    tasks.add_task(import_users, content)
    return {"status": "importing"}
