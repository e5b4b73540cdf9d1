"""Sends temporary files that a task deletes, or a dependency, or nobody since they have no name."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.responses import FileResponse, StreamingResponse

app = FastAPI()


def delete(path: str) -> None:
    Path(path).unlink()
    print("deleted by a task", flush=True)


@app.post("/task")
def by_a_task(length: int, tasks: BackgroundTasks) -> FileResponse:
    with tempfile.NamedTemporaryFile(dir=".", delete=False) as file:
        file.truncate(length)
    tasks.add_task(delete, file.name)
    return FileResponse(file.name)


def named_file() -> Iterator[IO[bytes]]:
    with tempfile.NamedTemporaryFile(dir=".") as file:
        yield file
    print("deleted by a dependency", flush=True)


@app.post("/dependency")
def by_a_dependency(length: int, file: IO[bytes] = Depends(named_file)) -> FileResponse:
    file.truncate(length)
    return FileResponse(file.name)


def contents(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(65536):
            yield chunk


@app.post("/nameless")
def by_nobody(length: int) -> StreamingResponse:
    file = tempfile.TemporaryFile(dir=".")  # noqa: SIM115 - its stream closes it
    file.truncate(length)
    return StreamingResponse(contents(file))
