"""How an app that asks for one special thing becomes a case."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI

from recorder import Request, Story
from tests.conformance.outcome import Case, Log, Pause


@dataclass
class Stage:
    """What a special app uses to tell the time, and to let it pass."""

    log: Log
    pause: Pause

    async def sleep(self, seconds: float) -> None:
        """Give way for so many virtual seconds."""
        await asyncio.sleep(self.pause("", seconds))

    def block(self, seconds: float) -> None:
        """Block the thread for so many virtual seconds."""
        time.sleep(self.pause("", seconds))


Define = Callable[[FastAPI, Stage], None]
CASES: dict[str, Case] = {}
_defined: dict[str, Define] = {}


def corner(*requests: Request) -> Callable[[Define], Define]:
    """Make a case of a function that gives an app its routes."""

    def make(define: Define) -> Define:
        name = define.__name__
        _defined[name] = define
        CASES[name] = Case(name, partial(_app, name, define.__module__), Story(requests, 5.0))
        return define

    return make


@contextmanager
def _app(name: str, module: str, log: Log, pause: Pause) -> Iterator[FastAPI]:
    __import__(module)  # another process has not yet met the case
    app = FastAPI()
    _defined[name](app, Stage(log, pause))
    yield app
