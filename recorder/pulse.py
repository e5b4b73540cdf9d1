"""Halts a run in the browser, where no thread can watch it: the interpreter is interrupted instead.

JavaScript gives an interrupt buffer, and an object with two methods, here called the pulse:

    let next = Infinity; // performance.now() + 50 before `play_text`, Infinity after it
    python.setInterruptBuffer({
      get 0() {
        if (performance.now() < next) return 0;
        next = performance.now() + 5; // not at once: the handler itself would be interrupted
        return 2;
      },
      set 0(_) {},
    });
    const pulse = {
      due() { next = performance.now() + 50; return stopped ? 1 : 0; },
      breathe() { return new Promise((goOn) => setTimeout(goOn)); }, // or by a MessageChannel
    };

Python looks at the buffer every few dozen steps, also in an endless loop, and calls `beat` for a 2.
That calls `due`; or, at places where the recorder or Pyodide is half-way through, nothing, and is
called again soon. Where the engine can suspend Python, `breathe` lets JavaScript hear of its
messages first, of a Stop for one.
"""

import signal
import sys
from time import monotonic
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

from recorder import stacks, where
from recorder.clock import VirtualClock
from recorder.errors import RecorderError, Stopped
from recorder.halt import AGAIN_AFTER, halt, spent


class Pulse(Protocol):
    """What JavaScript gives."""

    def due(self) -> int:
        """Take note that Python has been interrupted; 1 if the reader wants the run to stop."""

    def breathe(self) -> Any:
        """A promise that is resolved when JavaScript has had a look at its messages."""


class Heart:
    """Halts what runs in the block when its budget is over, or the reader wants it to stop."""

    def __init__(self, pulse: Pulse, budget: float, clock: VirtualClock) -> None:
        self._pulse, self._budget, self._clock = pulse, budget, clock
        self._until = monotonic() + budget
        self._again = 0.0

    def __enter__(self) -> Self:
        _hearts.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _hearts.remove(self)
        sys.settrace(None)

    def beat(self, frame: FrameType) -> RecorderError | None:
        """Why what runs is to be halted, if it is."""
        if where.is_half_way(frame.f_code):
            return None
        stopped = self._clock.stopped
        if stopped is None and not self._clock.over:
            self._breathe()
            return self._why(bool(self._pulse.due()), frame)
        # What cleans up after the app is left in peace; not what the app does meanwhile.
        self._pulse.due()
        if monotonic() < self._again or not where.stack(frame):
            return None
        if isinstance(stopped, RecorderError):  # and the app has swallowed it
            self._halt_each_line(frame)
        return self._why(False, frame)

    def halt(self, why: RecorderError) -> None:
        """Halt what runs."""
        self._again = monotonic() + AGAIN_AFTER
        halt(self._clock, why)

    def _halt_each_line(self, frame: FrameType | None) -> None:
        """Let the reader's code run no line any more, not even one that catches what halts it."""

        def trace(frame: FrameType, event: str, detail: object) -> Any:
            if event == "line" and isinstance(self._clock.stopped, RecorderError):
                halt(self._clock, self._clock.stopped)
            return trace if where.is_user_code(frame.f_code) else None

        sys.settrace(trace)
        for one in where.of_reader(frame):
            one.f_trace = trace

    def _why(self, stops: bool, frame: FrameType) -> RecorderError | None:
        if isinstance(self._clock.stopped, RecorderError):
            return self._clock.stopped
        if stops:
            place = where.of_frame(frame) or self._clock.explain()
            return Stopped(f"{place}: stopped by the reader")
        if monotonic() > self._until:
            return spent(self._budget, frame, self._clock.explain)
        return None

    def _breathe(self) -> None:
        # While the baton is being passed on, somebody else would run.
        if stacks.can_suspend() and self._clock.here() is self._clock.current:
            stacks.wait_for(self._pulse.breathe)


given: list[Pulse] = []  # that of the run at hand is the last
_hearts: list[Heart] = []
_beating: list[bool] = []


def beat(signum: int, frame: FrameType | None) -> None:
    """Take an interrupt: Python's handler for it."""
    if _beating or frame is None or stacks.are_switching():
        return
    heart = _hearts[-1] if _hearts else None
    why = None
    _beating.append(True)
    try:
        if heart is not None:
            why = heart.beat(frame)
        elif given:
            given[-1].due()
    finally:
        _beating.clear()
    if heart is not None and why is not None:
        heart.halt(why)


def listen(pulse: Pulse | None) -> None:
    """Take interrupts from now on, and a pulse if there is one.

    For good: an interrupt that comes late would be the reader's Ctrl-C.
    """
    given[:] = [pulse] if pulse is not None else []
    signal.signal(signal.SIGINT, beat)
