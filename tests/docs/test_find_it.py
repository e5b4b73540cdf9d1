"""The page "find-it": its commands do what it says, and lead to what is published."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from site_build import rules
from site_build.snippets import FOLDER, LANGUAGES, ROOT
from tests.conftest import SITE_URL, Site
from tests.docs.claims import CLAIMS
from tests.docs.parsed import Page

SCAN = "ast-grep scan --rule background-tasks.yml"
every_language = pytest.mark.parametrize("language", LANGUAGES)


def page(language: str) -> str:
    return (ROOT / f"docs/{language}/find-it.md").read_text("utf-8")


def fences(language: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", page(language), re.M | re.S)


def scan(folder: Path, options: str, code: str) -> subprocess.CompletedProcess[str]:
    """What the page's command says of an app, in a folder where the rules lie beside it."""
    (folder / "app.py").write_text(code, "utf-8")
    (folder / "background-tasks.yml").write_text(rules.bundle("/"), "utf-8")
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    command = ["sh", "-c", f"{SCAN} {options} ."]
    return subprocess.run(
        command, cwd=folder, env={"PATH": path}, capture_output=True, text=True, check=False
    )


def listing(name: str) -> str:
    return (FOLDER / f"{name}.py").read_text("utf-8")


@every_language
def test_its_first_command_prints_what_it_shows(language: str, tmp_path: Path) -> None:
    assert f"{SCAN} .\n" in fences(language, "bash")
    (shown,) = fences(language, 'text title="app.py"')
    printed = scan(tmp_path, "", listing("uploadfile_closed/wrong")).stdout
    assert [line.rstrip() for line in printed.strip().splitlines()] == shown.splitlines()


@every_language
def test_its_command_for_ruff_names_the_rules_of_the_index(language: str) -> None:
    (codes,) = re.findall(r"^ruff check --select (\S+) \.$", page(language), re.M)
    assert codes.split(",") == sorted({*rules.ruff(), *rules.ruff_too()})


@pytest.mark.parametrize(
    ("options", "name", "code"),
    [
        ("", "uploadfile_closed/right", 0),
        ("", "sequential_order/wrong", 0),
        ("", "uploadfile_closed/wrong", 0),
        ("", "sequential_order/wrong_def", 1),
        ("--error", "sequential_order/wrong", 1),
        ("--error=session-given-to-task", "uploadfile_closed/wrong", 0),
        ("--error=session-given-to-task", "db_session_lifetime/wrong", 1),
    ],
)
def test_the_exit_codes_are_those_that_it_names(
    options: str, name: str, code: int, tmp_path: Path
) -> None:
    assert scan(tmp_path, options, listing(name)).returncode == code


def test_the_options_that_it_names_are_there(tmp_path: Path) -> None:
    marked = scan(tmp_path, "--format github", listing("uploadfile_closed/wrong")).stdout
    assert marked.startswith("::warning file=app.py,line=17,")


@every_language
def test_its_comment_keeps_a_rule_quiet(language: str, tmp_path: Path) -> None:
    (code,) = fences(language, "python")
    said, _, line = code.partition("\n")
    assert "file-deleted-by-task" in said
    assert scan(tmp_path, "", line).stdout
    assert not scan(tmp_path, "", code).stdout


def test_its_levels_are_those_of_the_rules() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", page("en"), re.M))
    assert named == {rule.severity for rule in rules.rules().values()}


# -- as published --------------------------------------------------------------------------------


def test_the_set_is_published_with_the_sites_address(site: Site) -> None:
    assert (site.folder / rules.FILE).read_text("utf-8") == rules.bundle(SITE_URL)


def built(pages: list[Page], language: str, name: str) -> Page:
    folder = "" if language == "zh" else "en/"
    (found,) = [page for page in pages if page.name == f"{folder}{name}/index.html"]
    return found


@every_language
def test_its_table_has_all_rules_and_all_claims(language: str, pages: list[Page]) -> None:
    found = built(pages, language, "find-it")
    assert {*rules.rules(), *rules.ruff()} <= found.ids
    heads = [head for head in found.all("th") if head.attrs.get("scope") == "row"]
    assert len(heads) == len(CLAIMS)


@every_language
@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claims_page_leads_to_the_rules_that_find_it(
    claim: str, language: str, pages: list[Page]
) -> None:
    links = [link.attrs.get("href", "") for link in built(pages, language, claim).all("a")]
    led = [link.partition("find-it/#")[2] for link in links if "find-it/#" in link]
    assert led == rules.finders(claim)
