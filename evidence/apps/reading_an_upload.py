"""An app whose task reads an uploaded file; it prints `upload answer`."""

from fastapi import BackgroundTasks, FastAPI, UploadFile

app = FastAPI()


async def read(upload: UploadFile) -> None:
    try:
        print("upload", (await upload.read()).decode(), flush=True)
    except Exception as error:
        print(f"upload {type(error).__name__}: {error}", flush=True)


@app.post("/")
async def keep(file: UploadFile, tasks: BackgroundTasks) -> None:
    tasks.add_task(read, file)
