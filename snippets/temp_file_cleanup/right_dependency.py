import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse

app = FastAPI()
folder = Path(tempfile.mkdtemp())


# --8<-- [start:report]
def report_file() -> Iterator[IO[bytes]]:
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        yield file


@app.get("/report")
def report(file: IO[bytes] = Depends(report_file)) -> FileResponse:
    file.write(b"name,total\nann,42\n")
    file.flush()
    return FileResponse(file.name, media_type="text/csv")


# --8<-- [end:report]
@app.get("/left")
def left() -> int:
    return len(list(folder.iterdir()))
