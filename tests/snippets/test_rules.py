"""The rules find each wrong listing that they claim to find, and no right one."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from site_build import rules
from site_build.snippets import FOLDER, LANGUAGES, ROOT, names, variants
from tests.docs.claims import CLAIMS
from tests.rules.mutants import written

BIN = Path(sys.executable).parent
# Found in listings that are not wrong, each with the reason.
ELSEWHERE = {
    ("context_and_tracing/carried", "contextvar-set-in-def"): "carries the variable by hand",
    ("context_and_tracing/carried", "next-task-depends-on-this-one"): "is about contexts",
    ("failed_task_store/app", "loop-in-each-worker"): "the database says which worker's turn it is",
    ("failure_visibility/right_cancelled", "timeout-includes-the-tasks"): "is to be cancelled",
    ("memory/two_tasks", "next-task-depends-on-this-one"): "shows what the first task holds",
    ("mental_model/life", "next-task-depends-on-this-one"): "shows that tasks run in order",
    ("mental_model/refused_order", "task-added-before-raise"): "shows this very mistake",
    ("sequential_order/multi_tasks", "next-task-depends-on-this-one"): "shows two requests",
    ("test_your_tasks/app", "next-task-depends-on-this-one"): "is about tests, not about failures",
}
INDEX = rules.index()
LISTED = {
    f"{claim.replace('-', '_')}/{variant}": found
    for claim, listings in INDEX.items()
    for variant, found in listings.items()
}
FOUND = [(name, one) for name, found in LISTED.items() if isinstance(found, list) for one in found]
ALL = {f"{name}/{variant}" for name in names() for variant in variants(name)}
WRONG = {name for name in ALL if name.partition("/")[2].startswith("wrong")} | set(dict(FOUND))


def run(*command: str) -> list[dict]:
    """What a linter finds, as it says it in JSON; 1 is how it says that it has found something."""
    done = subprocess.run(
        [BIN / command[0], *command[1:]], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def ruff(codes: list[str], path: str) -> list[dict]:
    options = ("--isolated", "--no-cache", "--output-format=json", f"--select={','.join(codes)}")
    return run("ruff", "check", *options, path)


@cache
def ruffs() -> set[tuple[str, str]]:
    """Which listing is found by which rule of Ruff's."""
    found = ruff([*rules.ruff(), *rules.ruff_too()], "snippets")
    paths = ((Path(one["filename"]).relative_to(FOLDER), one["code"]) for one in found)
    return {(str(path.with_suffix("")), code) for path, code in paths}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Which file is found by each rule, and by each rule that lacks one of its conditions.

    The files are the listings, named as such, and the lines of tests/rules/cases.
    """
    folder = tmp_path_factory.mktemp("rules")
    found: dict[str, set[str]] = {"mutants": set(written(folder, rules.bundle("/")))}
    for one in run("ast-grep", "scan", "--rule", str(folder / "rules.yml"), "--json", str(folder)):
        name = Path(one["file"]).relative_to(folder).with_suffix("")
        found.setdefault(one["ruleId"], set()).add(str(name))
    return found


@pytest.fixture(scope="module")
def found(scanned: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Which listing is found by which rule, ours and Ruff's."""
    ours = {(name, rule) for rule in rules.rules() for name in scanned.get(rule, ())}
    return {(name, rule) for name, rule in ours if name in ALL} | ruffs()


@pytest.mark.parametrize(("name", "rule"), FOUND, ids="-".join)
def test_a_rule_finds_the_listing_that_it_claims_to_find(
    name: str, rule: str, found: set[tuple[str, str]]
) -> None:
    assert (name, rule) in found


def test_no_rule_finds_a_listing_that_is_not_wrong(found: set[tuple[str, str]]) -> None:
    alarms = {(name, rule) for name, rule in found if name not in WRONG}
    known = {(name, rule) for name, rule in ELSEWHERE if name in ALL}
    assert alarms == known, "mend the rule, or say in ELSEWHERE why it is no false alarm"


def test_what_no_rule_is_said_to_find_none_finds(found: set[tuple[str, str]]) -> None:
    left = {name for name, reason in LISTED.items() if isinstance(reason, dict)}
    assert not {(name, rule) for name, rule in found if name in left}


@pytest.mark.parametrize("claim", [*CLAIMS, "mental-model"])
def test_each_wrong_listing_of_a_claim_is_in_the_index(claim: str) -> None:
    wrong = {one for one in variants(claim.replace("-", "_")) if one.startswith("wrong")}
    missing = wrong - set(INDEX.get(claim, {}))
    assert not missing, f"rules/index.toml, [{claim}]: what finds {missing}, or why nothing does"


def test_each_listing_in_the_index_is_there_and_each_reason_in_both_languages() -> None:
    assert set(LISTED) <= ALL
    reasons = [reason for reason in LISTED.values() if isinstance(reason, dict)]
    assert all(reason[language] for reason in reasons for language in LANGUAGES)


def test_what_finds_code_for_a_pattern_is_a_rule() -> None:
    known = {*rules.rules(), *rules.ruff()}
    assert all(found and set(found) <= known for found in rules.patterns().values())


def test_each_rule_finds_something() -> None:
    assert {rule for _, rule in FOUND} == {*rules.rules(), *rules.ruff()}


@pytest.mark.parametrize("path", sorted(rules.FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_a_rule_says_in_both_languages_what_it_finds_and_where_it_is_told(path: Path) -> None:
    page = f"/c/{path.stem}/"
    assert path.stem in CLAIMS
    text = path.read_text("utf-8")
    count = len(re.findall(r"^id: [a-z-]+$", text, re.M))
    assert count == len(re.findall(rf"^url: {page}$", text, re.M))
    assert count == len(re.findall(rf"^note: \|-\n  .*[\u4e00-\u9fff].*\n  {page}$", text, re.M))
    assert count == len(re.findall(rf"^metadata: {{claim: {path.stem}}}$", text, re.M))
    assert count == len(re.findall(r"^severity: (?:error|warning|hint)$", text, re.M))


@pytest.mark.parametrize("rule", rules.rules())
def test_a_rule_needs_each_of_its_conditions(rule: str, scanned: dict[str, set[str]]) -> None:
    def seen(rule_id: str) -> set[str]:
        others = {name for name in scanned.get(rule_id, set()) if "~" in name}
        return scanned.get(rule_id, set()) - {n for n in others if not n.startswith(f"{rule}~")}

    broken = [one for one in scanned["mutants"] if one.startswith(f"{rule}~")]
    idle = [one for one in broken if seen(one) == seen(rule)]
    assert not idle, f"tests/rules/cases/{rule}.yml: a line that needs it, or leave it out: {idle}"


def test_near_misses_are_left_alone_and_other_spellings_found() -> None:
    done = subprocess.run(
        [BIN / "ast-grep", "test", "--skip-snapshot-tests", "-c", "tests/rules/sgconfig.yml"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("code", rules.ruff_too())
def test_a_rule_of_ruffs_finds_its_line(code: str, tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    line = rules.ruff_too()[code]["line"]
    file.write_text(f"import requests, subprocess\nasync def task():\n    {line}\n", "utf-8")
    assert [one["code"] for one in ruff([code], str(file))] == [code]


def test_the_set_is_the_same_bytes_each_time_and_leads_to_the_site() -> None:
    made = rules.bundle("https://example.test/sub/")
    assert made == rules.bundle("https://example.test/sub/")
    assert made.count("\nid: ") == len(rules.rules())
    assert made.count("https://example.test/sub/en/") == 2 * len(rules.rules())
    assert "/c/" not in made
