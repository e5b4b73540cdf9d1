"""What Python in the browser lacks: said, in a sentence, to the app that tries it.

Network, processes and input are noticed where Python audits them, the rest where its function is
called. A library that asks whether an optional package is there gets the answer it expects.
"""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn

from recorder.errors import NotInBrowser
from recorder.loop import VirtualLoop
from recorder.patch import replaced
from recorder.words import Words

# Those of the packages that are there which an app imports itself.
PACKAGES = "anyio, fastapi, httpx, pydantic, python-multipart, sqlalchemy, starlette"

_AUDITED = {
    "network": "socket.connect socket.bind socket.sendto socket.sendmsg socket.getaddrinfo"
    " socket.gethostbyname socket.gethostbyaddr socket.getnameinfo"
    " urllib.Request http.client.connect",
    "process": "os.system os.exec os.fork os.forkpty os.posix_spawn os.spawn subprocess.Popen",
    "signal": "os.kill os.killpg signal.pthread_kill",
    "input": "builtins.input",
}
_EVENTS = {event: what for what, events in _AUDITED.items() for event in events.split()}
_CALLED: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (VirtualLoop, "network", ("sock_connect", "create_server", "create_datagram_endpoint")),
    (VirtualLoop, "process", ("subprocess_exec", "subprocess_shell")),
    (VirtualLoop, "signal", ("add_signal_handler",)),
    (subprocess.Popen, "process", ("__init__",)),
    (os, "process", ("_exit", "abort")),
    (signal, "signal", ("signal", "raise_signal", "setitimer", "alarm", "siginterrupt")),
)

_PARTS = {"_multiprocessing": "process"}  # of Python's, and what is done with them

pruned: set[str] = set()  # modules that are not there and can be delivered
missing: list[str] = []  # those of them that the run at hand has asked for
_words: list[Words] = []  # those of the run at hand


def _refuse(what: str) -> NoReturn:
    raise NotInBrowser(_words[-1][f"browser.{what}"])


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if _words and event in _EVENTS:
        _refuse(_EVENTS[event])


class _Input(io.TextIOBase):
    """Stands in for stdin."""

    def read(self, size: int | None = -1) -> str:
        _refuse("input")

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        _refuse("input")


class _Finder:
    """Asked for a module after everybody else: it is not there."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> None:
        if not _words:
            return
        if name in pruned:
            missing.append(name)
        elif path is None and sys._getframe(2).f_code.co_name == "_find_and_load_unlocked":
            # An import, and not `importlib.util.find_spec`, whose answer is None.
            key = f"browser.{_PARTS.get(name, 'package')}"
            said = _words[-1][key].format(name=name, there=PACKAGES)
            raise ModuleNotFoundError(said, name=name)


def install(names: Iterable[str]) -> None:
    """Notice from now on what is tried during a run. `names` are modules that can be delivered."""
    pruned.update(names)
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.addaudithook(_audit)
        sys.meta_path.append(_Finder())


def _refusing(what: str) -> Any:
    return lambda *args, **more: _refuse(what)


@contextmanager
def refused(words: Words) -> Iterator[None]:
    """Refuse inside the block what cannot be done, in these words."""
    missing.clear()
    with ExitStack() as stack:
        for owner, what, names in _CALLED:
            new = {name: _refusing(what) for name in names if hasattr(owner, name)}
            stack.enter_context(replaced(owner, **new))
        stack.enter_context(replaced(sys, stdin=_Input()))
        _words.append(words)
        try:
            yield
        finally:
            _words.pop()
