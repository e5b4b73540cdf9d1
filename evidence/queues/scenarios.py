"""Scenarios: questions that are put to every library by the same code.

A scenario is a function that plays one run on a stage and says what it found. It is played several
times for each library and settings that watch it; the runs become one row,
`<scenario>-<library>[-<settings>]`, with the same keys for all libraries.
"""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.processes import ProbeError
from evidence.queues.libraries import Library, Settings
from evidence.queues.stage import Stage, stage, versions_of
from evidence.rows import Finding

TEXTS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).resolve().parent / "scenarios.toml").read_text("utf-8")
)
AT_ONCE = 12
STARTING_S = 12  # a stage's broker, worker and sender, on a calm machine
Play = Callable[[Stage], dict[str, Any]]


@dataclass(frozen=True)
class Scenario:
    """A question: how to play it, how often, and whether runs may go side by side."""

    id: str
    play: Play
    given: dict[str, Any]
    runs: int
    alone: bool
    keeps: bool
    more_versions: Sequence[str]
    of_library: dict[str, str]


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    runs: int = 3,
    alone: bool = False,
    keeps: bool = False,
    more_versions: Sequence[str] = (),
    of_library: dict[str, str] | None = None,
    **given: Any,
) -> Callable[[Play], Play]:
    """Register a function as a scenario.

    Args:
        runs: how many times it is played.
        alone: whether it measures what it costs, so that nothing else may run beside it.
        keeps: whether the broker saves its data when it is stopped.
        more_versions: packages beside the library's, whose versions belong to the rows.
        of_library: keys of the result, and the library's fields that give them.
        given: what is not measured, such as `task_s`; part of the result.
    """

    fields = of_library or {}

    def register(play: Play) -> Play:
        name = play.__name__.replace("_", "-")
        SCENARIOS[name] = Scenario(name, play, given, runs, alone, keeps, more_versions, fields)
        return play

    return register


@dataclass(frozen=True)
class Case:
    """One row to be: a scenario, played by a library with some settings."""

    scenario: Scenario
    tool: Library
    settings: Settings
    watched_s: float

    @property
    def id(self) -> str:
        """The row's id."""
        suffix = "" if self.settings.id == "default" else f"-{self.settings.id}"
        return f"{self.scenario.id}-{self.tool.id}{suffix}"

    def play(self) -> dict[str, Any]:
        """One run.

        Raises:
            ProbeError: something did not happen that it relies on; the message begins with the id.
        """
        try:
            keeps = self.scenario.keeps
            with stage(self.tool, self.settings, self.watched_s, keeps) as place:
                return self.scenario.play(place)
        except ProbeError as error:
            raise ProbeError(f"{self.id}: {error}") from error

    def row(self, found: list[dict[str, Any]]) -> Finding:
        """The row of all runs."""
        given = self.scenario.given | {"watched_s": self.watched_s}
        of_library = self.scenario.of_library
        given |= {key: getattr(self.tool, name) for key, name in of_library.items()}
        result = merged(found, self.id) | given | {"settings": self.settings.text("en")}
        versions = versions_of(self.tool, *self.scenario.more_versions)
        text = TEXTS[self.scenario.id]
        question = {language: self._asked(text[language], language) for language in ("zh", "en")}
        return Finding(self.id, text["claim"], question, versions, result, len(found))

    def _asked(self, text: str, language: str) -> str:
        return text.format(library=self.tool.name, settings=self.settings.text(language))


def cases(library: Library, wanted: Sequence[str]) -> list[Case]:
    """The cases of a library for some scenarios.

    Raises:
        KeyError: a scenario or settings are not there.
    """
    return [
        Case(SCENARIOS[name], library, library.set_up(settings_id), watched_s)
        for name in wanted
        for settings_id, watched_s in library.watched_s.get(name, {}).items()
    ]


def played(every: Sequence[Case]) -> Iterator[Finding]:
    """Play all runs of all cases, side by side where that disturbs nothing; a row for each case.

    What is watched longest begins first, so that the whole takes little longer than that.
    """
    ordered = sorted(every, key=lambda case: -case.watched_s)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = {
            case.id: [pool.submit(case.play) for _ in range(case.scenario.runs)]
            for case in ordered
            if not case.scenario.alone
        }
        rows = {
            case.id: case.row([run.result() for run in runs[case.id]])
            for case in ordered
            if not case.scenario.alone
        }
    for case in ordered:
        if case.scenario.alone:
            rows[case.id] = case.row([case.play() for _ in range(case.scenario.runs)])
    yield from rows.values()


def takes_s(every: Sequence[Case]) -> float:
    """How many seconds `played` takes on a calm machine, rather too many than too few."""
    beside = [case for case in every if not case.scenario.alone]
    runs = [case.watched_s + STARTING_S for case in beside for _ in range(case.scenario.runs)]
    alone = sum(case.scenario.runs * STARTING_S for case in every if case.scenario.alone)
    return max(runs, default=0) + sum(runs) / AT_ONCE + alone


def merged(found: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """One result of several runs: numbers become lists, truths and texts must be the same.

    Raises:
        ProbeError: the runs do not agree; the message begins with the name.
    """
    if any(one.keys() != found[0].keys() for one in found):
        raise ProbeError(f"{name}: the runs do not agree: {found}")
    result: dict[str, Any] = {}
    for key in found[0]:
        values = [one[key] for one in found]
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            result[key] = [round(value, 3 if key.endswith("_ms") else 2) for value in values]
        elif any(value != values[0] for value in values):
            raise ProbeError(f"{name}: the runs do not agree about {key}: {found}")
        else:
            result[key] = values[0]
    return result
