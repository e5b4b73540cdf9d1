"""Each rule without one of its conditions: a condition that nothing needs is none."""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from site_build.snippets import FOLDER

CASES = Path(__file__).parent / "cases"
Steps = tuple[str | int, ...]


def conditions(node: Any, way: Steps = ()) -> Iterator[Steps]:
    """The way to each condition that an `all` has, at any depth, and to each constraint.

    The first of a rule's own `all` says what kind of place the rule looks at, and has to stay.
    """
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, inner in pairs:
        here = (*way, key)
        is_one = way[-1:] in (("all",), ("constraints",)) and here != ("rule", "all", 0)
        if (is_one and len(node) > 1) or way == ("constraints",):
            yield here
        if isinstance(inner, dict | list):
            yield from conditions(inner, here)


def without(rule: dict[str, Any], way: Steps) -> dict[str, Any]:
    """A copy of the rule that lacks what is at the end of the way, which names it."""
    broken = copy.deepcopy(rule)
    broken["id"] = f"{rule['id']}~{'.'.join(map(str, way))}"
    place: Any = broken
    for step in way[:-1]:
        place = place[step]
    del place[way[-1]]
    return broken


def written(folder: Path, rules: str) -> list[str]:
    """Put rules, mutants, listings and cases into a folder.

    Returns:
        The ids of the mutants.
    """
    given = list(yaml.safe_load_all(rules))
    broken = [without(rule, way) for rule in given for way in conditions(rule)]
    text = yaml.safe_dump_all([*given, *broken], allow_unicode=True)
    (folder / "rules.yml").write_text(text, "utf-8")
    for path in FOLDER.glob("*/*.py"):
        copied = folder / path.relative_to(FOLDER)
        copied.parent.mkdir(exist_ok=True)
        shutil.copy(path, copied)
    for path in CASES.glob("*.yml"):
        case = yaml.safe_load(path.read_text("utf-8"))
        for number, line in enumerate([*case["valid"], *case["invalid"]]):
            (folder / f"{case['id']}~{number}.py").write_text(line, "utf-8")
    return [rule["id"] for rule in broken]
