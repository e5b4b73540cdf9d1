"""Which tool suits which work: the rules of site_build/guide/choose.toml, and what they say.

[[questions]]               id, ask, short, and options, each with id, short and its words;
                            `not` is what a rule says that allows all options but this one
[[rules]]                   id, answer, the ids of its reasons, and what must be so:
when = { loss = "may", work = ["awaits", "blocks"], server = "!function" }     all of it
any = { loss = "never", retry = "yes" }                                        and one of this
[reasons.<id>]              when and any: of which work it is true; rests: marks that must be true;
                            to: the page, or the heading, that tells it
[answers.<id>]              what it is; settings, each for the work that its `when` says, with what
                            it rests on; proof and patterns are pages
[[scenarios]]               given: all answers; answer: what must come out

A rule is no step in an order: exactly one of them fits each combination of options.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from site_build.snippets import ROOT

FILE = ROOT / "site_build" / "guide" / "choose.toml"

Given = Mapping[str, str]  # the option chosen for each question that has been answered
Allowed = dict[str, tuple[str, ...]]  # the options of a question that a condition allows


class ChoiceError(LookupError):
    """A rule that names what is not there, or a combination that has not exactly one answer."""


@dataclass(frozen=True)
class Condition:
    """What must be so: `all_of`, and if there is any, one of `one_of`."""

    all_of: Allowed
    one_of: Allowed

    def may_hold(self, given: Given) -> bool:
        """Whether it holds, or can still hold when the other questions are answered."""
        fits = [_fits(given, *item) for item in self.one_of.items()]
        return all(_fits(given, *item) for item in self.all_of.items()) and (not fits or any(fits))


def _fits(given: Given, question: str, options: tuple[str, ...]) -> bool:
    return question not in given or given[question] in options


@dataclass(frozen=True)
class Rule:
    """For which work an answer is right, and why."""

    id: str
    answer: str
    condition: Condition
    reasons: tuple[str, ...]


class Choice:
    """All questions and rules, and what else the file holds, as it is written there."""

    def __init__(self, declared: dict[str, Any]) -> None:
        self.declared = declared
        self.options = {q["id"]: [o["id"] for o in q["options"]] for q in declared["questions"]}
        self.rules = [self._rule(rule) for rule in declared["rules"]]

    def _rule(self, rule: dict[str, Any]) -> Rule:
        unknown = {rule["answer"]} - set(self.declared["answers"])
        unknown |= set(rule["reasons"]) - set(self.declared["reasons"])
        if unknown:
            raise ChoiceError(f"rule {rule['id']}: there is no {', '.join(sorted(unknown))}")
        condition = self.condition(rule, f"rule {rule['id']}")
        return Rule(rule["id"], rule["answer"], condition, tuple(rule["reasons"]))

    def condition(self, of: Mapping[str, Any], where: str) -> Condition:
        """The condition of a rule, a reason or a setting.

        Raises:
            ChoiceError: it names a question or an option that is not there.
        """
        parts = (of.get("when", {}), of.get("any", {}))
        return Condition(*({q: self._listed(q, o, where) for q, o in p.items()} for p in parts))

    def _listed(self, question: str, options: str | list[str], where: str) -> tuple[str, ...]:
        known = self.options.get(question, [])
        named = [options.removeprefix("!")] if isinstance(options, str) else options
        if wrong := [one for one in named if one not in known]:
            raise ChoiceError(f"{where}: {question} has no {', '.join(wrong)}")
        is_not = isinstance(options, str) and options.startswith("!")
        return tuple(one for one in known if (one in named) != is_not)

    def reason(self, name: str) -> Condition:
        """Of which work a reason is true."""
        return self.condition(self.declared["reasons"][name], f"reason {name}")

    def combinations(self) -> Iterator[dict[str, str]]:
        """Every way to answer all questions."""
        for chosen in product(*self.options.values()):
            yield dict(zip(self.options, chosen, strict=True))

    def fitting(self, given: Given) -> list[Rule]:
        """The rules that fit, or that can still fit."""
        return [rule for rule in self.rules if rule.condition.may_hold(given)]

    def decide(self, given: Given) -> Rule:
        """The rule for work of which all questions are answered.

        Raises:
            ChoiceError: not exactly one rule fits.
        """
        found = self.fitting(given)
        if len(found) != 1:
            names = ", ".join(rule.id for rule in found) or "none"
            raise ChoiceError(f"exactly one rule must fit {dict(given)}, these do: {names}")
        return found[0]

    def data(self) -> dict[str, Any]:
        """What a script needs to decide the same."""
        rules = [
            {
                "id": rule.id,
                "answer": rule.answer,
                "all": rule.condition.all_of,
                "any": rule.condition.one_of,
                "reasons": rule.reasons,
            }
            for rule in self.rules
        ]
        return {"options": self.options, "rules": rules}


@cache
def _read(changed: int) -> Choice:
    return Choice(tomllib.loads(FILE.read_text("utf-8")))


def choice() -> Choice:
    """The file as it is now.

    Raises:
        ChoiceError: a rule of it names what is not there.
    """
    return _read(FILE.stat().st_mtime_ns)
