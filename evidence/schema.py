"""What a row must be like; checked when it is measured, and again by tests/evidence."""

import math
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from evidence.rows import Row
from evidence.units import is_given, is_told, seconds_in, unit

Kebab = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Said = Annotated[str, Field(min_length=3)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class RowError(Exception):
    """A row that breaks the schema; the message names it."""


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: Kebab
    claim: Kebab
    question: dict[str, Said]
    versions: Annotated[dict[str, Said], Field(min_length=1)]
    measured_on: str
    command: Annotated[str, Field(pattern=r"^python -m evidence \w+/\w+$")]
    runs: Annotated[int, Field(ge=1)]
    result: Annotated[dict[str, Any], Field(min_length=1)]

    @field_validator("question")
    @classmethod
    def _in_both_languages(cls, question: dict[str, str]) -> dict[str, str]:
        if set(question) != {"zh", "en"}:
            raise ValueError("a question needs zh and en, and no other language")
        return question

    @field_validator("measured_on")
    @classmethod
    def _a_day(cls, day: str) -> str:
        date.fromisoformat(day)
        return day

    @model_validator(mode="after")
    def _flat(self) -> "_Schema":
        for key, value in self.result.items():
            for problem in _problems(key, value, self.runs):
                raise ValueError(f"result.{key}: {problem}")
        return self


def _problems(key: str, value: Any, runs: int) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", key):
        yield "write the name in snake_case"
    if key == "recording":
        if not isinstance(value, dict) or set(value) != {
            "format",
            "events",
            "responses",
            "printed",
        }:
            yield "a recording has format, events, responses and printed"
    elif isinstance(value, list):
        if len(value) != runs:
            yield f"a list has one value for each run: {runs}, not {len(value)}"
        if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in value):
            yield "a list holds numbers"
        yield from _without_unit(key)
    elif not isinstance(value, bool | int | float | str):
        yield f"a truth, a number, a text or a list of numbers, not {type(value).__name__}"
    elif isinstance(value, float) and not math.isfinite(value):
        yield "not a number"
    elif not isinstance(value, bool | str):
        yield from _without_unit(key)
        if seconds_in(key) and not (is_given(key) or is_told(key)):
            yield "a measured time is a list, with the time of each run"


def _without_unit(key: str) -> Iterator[str]:
    if unit(key) is None:
        yield "the name of a number ends in its unit or says what is counted, see evidence.units"


def check(row: Row) -> Row:
    """The row itself, if it keeps the schema.

    Raises:
        RowError: it doesn't.
    """
    try:
        _Schema.model_validate(asdict(row))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        told = first["msg"].removeprefix("Value error, ")
        raise RowError(f"row {row.id!r}: {f'{where}: ' if where else ''}{told}") from error
    return row
