import tempfile
from pathlib import Path

from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import FileResponse

app = FastAPI()
folder = Path(tempfile.mkdtemp())


@app.get("/report")
def report(tasks: BackgroundTasks) -> FileResponse:
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(b"name,total\nann,42\n")
    tasks.add_task(Path(file.name).unlink)
    return FileResponse(file.name, media_type="text/csv")


@app.get("/left")
def left() -> int:
    return len(list(folder.iterdir()))
