from collections.abc import Iterator
from contextvars import ContextVar

from fastapi import BackgroundTasks, Depends, FastAPI

PLACES = ("async_dependency", "def_dependency", "def_yield_dependency", "endpoint")
variables = {place: ContextVar[str](place, default="lost") for place in PLACES}


# --8<-- [start:dependencies]
async def async_dependency() -> None:
    variables["async_dependency"].set("seen")


def def_dependency() -> None:
    variables["def_dependency"].set("seen")


def def_yield_dependency() -> Iterator[None]:
    variables["def_yield_dependency"].set("seen")
    yield


# --8<-- [end:dependencies]
dependencies = [async_dependency, def_dependency, def_yield_dependency]
app = FastAPI(dependencies=[Depends(dependency) for dependency in dependencies])


def report() -> None:
    print(*(f"{place} {variable.get()}" for place, variable in variables.items()), sep="\n")


@app.get("/async")
async def async_endpoint(tasks: BackgroundTasks) -> None:
    variables["endpoint"].set("seen")
    tasks.add_task(report)


@app.get("/def")
def def_endpoint(tasks: BackgroundTasks) -> None:
    variables["endpoint"].set("seen")
    tasks.add_task(report)
