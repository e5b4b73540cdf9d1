"""Each rule without one of its conditions: a condition that nothing needs is none."""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from site_build.snippets import FOLDER

CASES = Path(__file__).parent / "cases"


def mutants(rule: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rule without each condition but the first, which says what kind of place it looks at."""
    for place in range(1, len(rule["rule"].get("all", ()))):
        yield _without(rule, rule["rule"]["all"][place], str(place))
    for name, constraint in rule.get("constraints", {}).items():
        yield _without(rule, constraint, name)


def _without(rule: dict[str, Any], condition: Any, name: str) -> dict[str, Any]:
    broken = copy.deepcopy(rule)
    broken["id"] = f"{rule['id']}~{name}"
    if name in broken.get("constraints", {}):
        del broken["constraints"][name]
    else:
        broken["rule"]["all"].remove(condition)
    return broken


def written(folder: Path, rules: str) -> list[str]:
    """Put rules, mutants, listings and cases into a folder.

    Returns:
        The ids of the mutants.
    """
    given = list(yaml.safe_load_all(rules))
    broken = [mutant for rule in given for mutant in mutants(rule)]
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
