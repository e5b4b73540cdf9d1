import os
import shutil
import tempfile

from fastapi import BackgroundTasks, FastAPI, UploadFile

app = FastAPI()


# --8<-- [start:upload]
def import_users(path: str) -> None:
    try:
        with open(path, encoding="utf-8") as file:
            print(f"{len(file.readlines()) - 1} users imported")
    finally:
        os.remove(path)


@app.post("/users")
def upload(file: UploadFile, tasks: BackgroundTasks) -> dict[str, str]:
    if file.file.read(5) != b"email":
        return {"status": "no list of users"}
    file.file.seek(0)
    with tempfile.NamedTemporaryFile(delete=False) as copy:
        shutil.copyfileobj(file.file, copy)
    tasks.add_task(import_users, copy.name)
    return {"status": "importing"}


# --8<-- [end:upload]
