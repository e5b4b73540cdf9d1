import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
folder = Path(tempfile.mkdtemp())


def contents(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(65536):
            yield chunk


@app.get("/report")
def report() -> StreamingResponse:
    file = tempfile.TemporaryFile(dir=folder)
    file.write(b"name,total\nann,42\n")
    file.seek(0)
    return StreamingResponse(contents(file), media_type="text/csv")


@app.get("/left")
def left() -> int:
    return len(list(folder.iterdir()))
