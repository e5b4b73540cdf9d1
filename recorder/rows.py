"""The rows of a drawing: one for each request, dependency, task and thread call."""

from dataclasses import dataclass, field


@dataclass
class Bar:
    """A stretch of virtual seconds, drawn in a style.

    It is "wait", "request", "task", "inner" or "dependency". `events` are the indexes, in the
    timeline, of those that it comes of; so are a mark's.
    """

    start: float
    end: float
    style: str
    events: tuple[int, ...] = ()


@dataclass
class Mark:
    """One instant; `style` is "answer", "message", "said", "bad" or "none"."""

    at: float
    style: str
    text: str = ""
    events: tuple[int, ...] = ()


@dataclass
class Row:
    """One line of the drawing.

    `name` is empty for a request. `note` stands after the row's end. `answered` is the virtual
    second at which a request's client had its answer.
    """

    visitor: str
    name: str
    label: str
    start: float
    style: str
    request: int = 0
    received: bool = False
    opened: float | None = None
    answered: float | None = None
    note: str = ""
    bars: list[Bar] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    pending: list[int] = field(default_factory=list)  # events of the bar that is open

    @property
    def depth(self) -> int:
        """How many tasks the row's own is inside of."""
        return self.name.count("/")

    @property
    def is_idle(self) -> bool:
        """Whether it is a thread call that took no time and said nothing."""
        took_time = any(bar.end > bar.start for bar in self.bars)
        return self.style == "thread" and not took_time and not self.marks

    @property
    def end(self) -> float:
        """The last virtual second at which the row shows something."""
        return max([self.start, *(b.end for b in self.bars), *(m.at for m in self.marks)])

    def add(self, event: int) -> None:
        """Count an event to the bar that is open, or to the last one."""
        if self.opened is not None:
            self.pending.append(event)
        elif self.bars:
            self.bars[-1].events += (event,)

    def close(self, at: float, style: str = "") -> None:
        """Draw what has been open since `opened`, in the row's own style or another."""
        if self.opened is not None:
            self.bars.append(Bar(self.opened, at, style or self.style, tuple(self.pending)))
            self.opened, self.pending = None, []

    def go_on(self, event: int, at: float) -> None:
        """End a wait, and begin what was waited for."""
        self.close(at, "wait")
        self.opened, self.pending = at, [event]
