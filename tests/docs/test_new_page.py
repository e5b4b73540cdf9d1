"""`make new`: a claim or pattern that works as it is made, never at the expense of another."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import site_build.new
from site_build.__main__ import environment
from site_build.new import NewPageError, new_page
from site_build.snippets import ROOT
from tests.docs import shape
from tests.lending import lend

NAV = "nav: # the order of the pages\n  - index.md\n  - Part:\n      - a.md # A\n  # the end\n\n"
GRAMMAR = "test_the_page_of_a_pattern_keeps_the_grammar"
MADE = [
    "docs/en/late-reply.md",
    "docs/zh/late-reply.md",
    "snippets/late_reply/right.py",
    "snippets/late_reply/story.toml",
    "snippets/late_reply/wrong.py",
    "tests/snippets/test_late_reply.py",
]
COPY = [
    "docs/en/late-copy.md",
    "docs/zh/late-copy.md",
    "snippets/late_copy/app.py",
    "snippets/late_copy/story.toml",
    "snippets/late_copy/test_app.py",
    "tests/snippets/test_late_copy.py",
]
every_kind = pytest.mark.parametrize(
    ("name", "kind", "made"), [("late-reply", "claim", MADE), ("late-copy", "pattern", COPY)]
)


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which `new_page` writes to."""
    monkeypatch.setattr(site_build.new, "ROOT", tmp_path)
    (tmp_path / "mkdocs.yml").write_text(f"site_name: x\n{NAV}theme:\n  name: material\n", "utf-8")
    return tmp_path


@every_kind
def test_a_pages_files_are_made_and_named(
    name: str, kind: str, made: list[str], root: Path
) -> None:
    said = new_page(name, kind)
    assert sorted(files(root)) == [*made[:2], "mkdocs.yml", *made[2:]]
    assert all(f"  {file}\n" in said for file in made)
    assert re.findall(r"^  (\d)\. ", said, re.M) == ["1", "2", "3", "4"]


def test_the_page_comes_last_in_the_nav_and_nothing_else_is_changed(root: Path) -> None:
    before = (root / "mkdocs.yml").read_text("utf-8")
    new_page("late-reply")
    new_page("later")
    after = (root / "mkdocs.yml").read_text("utf-8")

    added = "      - a.md # A\n  - late-reply.md\n  - later.md\n  # the end\n"
    assert after == before.replace("      - a.md # A\n  # the end\n", added)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", r"^the name must be kebab-case ASCII such as NAME=sequential-order, got none$"),
        *((name, "must be kebab-case ASCII") for name in ("Late-Reply", "late_reply", "a--b")),
        *(
            (name, "must be kebab-case ASCII")
            for name in ("-a", "a-", "7-days", "迟到", "é", "a b")
        ),
        *((name, "must be kebab-case ASCII") for name in ("../a", "a/b", "a.md", "a\n")),
        ("class", r"^'class' is a keyword of Python; say more, such as class-in-a-task$"),
        ("en", r"^/en/ is an address of the site itself; choose another name$"),
    ],
)
def test_a_bad_name_is_refused_and_nothing_made(root: Path, name: str, message: str) -> None:
    before = files(root)
    with pytest.raises(NewPageError, match=message):
        new_page(name)
    assert files(root) == before


@pytest.mark.parametrize("taken", [*MADE, "snippets/late_reply/other.py"])
def test_nothing_is_overwritten(root: Path, taken: str) -> None:
    path = root / taken
    path.parent.mkdir(parents=True)
    path.write_text("mine", "utf-8")
    before = files(root)

    with pytest.raises(NewPageError, match=r"^'late-reply' is in use: .* exists already$"):
        new_page("late-reply")
    assert files(root) == before


@pytest.mark.parametrize(
    ("nav", "message"),
    [
        ("nav:\n  - late-reply.md # soon\n", r"^late-reply\.md is in the nav of mkdocs\.yml"),
        ("nav:\n", r"^the nav of mkdocs\.yml is empty"),
        ("", r"^mkdocs\.yml has no line `nav:`"),
    ],
    ids=["listed", "empty", "none"],
)
def test_a_nav_that_the_page_cannot_be_added_to_is_refused(
    root: Path, nav: str, message: str
) -> None:
    (root / "mkdocs.yml").write_text(f"site_name: x\n{nav}theme:\n  name: material\n", "utf-8")
    before = files(root)
    with pytest.raises(NewPageError, match=message):
        new_page("late-reply")
    assert files(root) == before


@every_kind
def test_both_pages_have_the_same_bones_and_placeholders(
    name: str, kind: str, made: list[str], root: Path
) -> None:
    new_page(name, kind)
    zh, en = ((root / file).read_text("utf-8") for file in (made[1], made[0]))
    assert all(look(zh) == look(en) for look in shape.ASPECTS.values())
    assert zh.count("⟨") == zh.count("⟩") == en.count("⟨") == en.count("⟩")
    assert not [*shape.bad_ids(zh), *shape.bad_ids(en)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a home page, in which `make new` was called for each kind."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("site_build", "recorder", "evidence", "rules", "web", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "browser", "recorder")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored if name == "tests" else None)
    for language in ("zh", "en"):
        (folder / "docs" / language).mkdir(parents=True)
        home = f"---\ndescription: {language}\n---\n# Home {{#home}}\n"
        (folder / "docs" / language / "index.md").write_text(home, "utf-8")
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    only_home = re.sub(r"^nav:\n([ #].*\n|\n)*", "nav:\n  - index.md\n\n", config, flags=re.M)
    (folder / "mkdocs.yml").write_text(only_home, "utf-8")
    lend(folder)
    for new in (["late-reply"], ["late-copy", "--kind", "pattern"]):
        assert python(folder, "-m", "site_build", "new", *new).returncode == 0
    return folder


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**environment(), "PYTHONPATH": str(folder)},
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def test_the_new_pages_are_built_without_a_warning(project: Path) -> None:
    done = python(project, "-W", "ignore", "-m", "mkdocs", "build", "--strict", "--quiet")
    said = done.stdout.replace("Preparing Python for the browser\n", "")
    assert not done.returncode, said
    assert said == ""
    for page in ("late-reply", "en/late-reply"):
        html = (project / "site" / page / "index.html").read_text("utf-8")
        assert html.count("<live-sandbox") == 2
        assert 'class="guess"' in html
        assert 'class="proof"' in html
    packed = zipfile.ZipFile(project / "site" / "patterns" / "late-copy.zip")
    assert packed.testzip() is None
    for page, root in (("late-copy", "../"), ("en/late-copy", "../../")):
        html = (project / "site" / page / "index.html").read_text("utf-8")
        assert html.count("<live-sandbox") == 1
        assert html.count(f'<a href="{root}patterns/late-copy.zip" download>') == 1


def test_everything_is_green_but_the_test_that_no_placeholder_is_left(project: Path) -> None:
    suite = ["tests/snippets/test_late_reply.py", "tests/docs/test_no_placeholder.py"]
    suite += ["tests/docs/test_parity.py", "tests/snippets/test_late_copy.py"]
    suite += ["tests/snippets/test_every_pattern.py", "tests/snippets/test_every_snippet.py"]
    suite.append(f"tests/docs/test_pattern_pages.py::{GRAMMAR}")
    done = python(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", *suite)

    failed = re.findall(r"^FAILED (\S+)", done.stdout, re.M)
    assert failed == [f"{suite[1]}::test_no_page_or_story_has_a_placeholder_left"], done.stdout
    assert 'docs/en/late-reply.md:2: description: "⟨' in done.stdout


@pytest.mark.parametrize("arguments", [["format", "--check"], ["check"]], ids=" ".join)
def test_the_new_code_is_formatted_and_clean(project: Path, arguments: list[str]) -> None:
    made = [name for name in (*MADE, *COPY) if name.endswith(".py")]
    done = python(project, "-m", "ruff", *arguments, "--no-cache", *made)
    assert done.returncode == 0, done.stdout
