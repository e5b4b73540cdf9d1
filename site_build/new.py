"""Starts a claim or a pattern: its pages in both languages, its snippet and its test."""

import datetime
import keyword
import re
from importlib.metadata import version
from pathlib import Path
from string import Template

from site_build.snippets import ROOT

_TEMPLATES = Path(__file__).parent / "new_files"
# Of each kind of page the files of its snippet, with their templates.
_SNIPPET = {
    "claim": ("story.toml", "wrong.py", "right.py"),
    "pattern": ("story.toml", "app.py", "test_app.py"),
}
_ASSERT = {"claim": "Assert what they show", "pattern": "Break each promise once"}
KINDS = tuple(_SNIPPET)
# The first parts of addresses that are no pages.
_TAKEN = frozenset(
    {"assets", "c", "embed", "en", "oembed", "patterns", "rules", "search", "timelines", "zh"}
)


class NewPageError(Exception):
    """The page cannot be made, and nothing was; the message says why."""


def new_page(name: str, kind: str = "claim") -> str:
    """Make the files of a claim or a pattern and put its page into the nav; overwrite nothing.

    `name` is the page's id in kebab case, `kind` one of `KINDS`. What is made is green, except for
    the test that no placeholder is left.

    Returns:
        What was made, and what to do next.

    Raises:
        NewPageError: the name is no good or in use, or mkdocs.yml has no nav.
    """
    folder = _folder_of(name)
    files = page_files(name, kind)
    nav = ROOT / "mkdocs.yml"
    config = nav.read_text("utf-8")
    used = [path for path in (*files, Path("snippets", folder)) if (ROOT / path).exists()]
    if used:
        raise NewPageError(f"{name!r} is in use: {', '.join(map(str, used))} exists already")
    config = _with_page(config, f"{name}.md")
    for path, text in files.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, "utf-8")
    nav.write_text(config, "utf-8")
    made = "\n".join(f"  {path}" for path in files)
    return (
        f"Made, and added to the nav in mkdocs.yml:\n{made}\n"
        "Next:\n"
        f"  1. Write {', '.join(_SNIPPET[kind])} in snippets/{folder}/.\n"
        f"  2. {_ASSERT[kind]} in tests/snippets/test_{folder}.py.\n"
        "  3. Replace each ⟨…⟩ on both pages (`make serve` shows them).\n"
        f"  4. Move {name}.md to its group in the nav, and say what it is about: [{name}] in\n"
        "     site_build/guide/claims.toml, what is seen in symptoms.toml, what finds it in\n"
        "     rules/index.toml. Then `make test`."
    )


def _folder_of(name: str) -> str:
    """The snippet's folder for a page's id."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        got = f"got {name!r}" if name else "got none"
        raise NewPageError(
            f"the name must be kebab-case ASCII such as NAME=sequential-order, {got}"
        )
    if keyword.iskeyword(name):
        raise NewPageError(f"{name!r} is a keyword of Python; say more, such as {name}-in-a-task")
    if name in _TAKEN:
        raise NewPageError(f"/{name}/ is an address of the site itself; choose another name")
    return name.replace("-", "_")


def page_files(name: str, kind: str = "claim") -> dict[Path, str]:
    """The files of a claim or a pattern, relative to the root, with their text.

    Raises:
        NewPageError: the name is no good.
    """
    folder = _folder_of(name)
    templates = {
        f"docs/zh/{name}.md": "page.zh.md",
        f"docs/en/{name}.md": "page.en.md",
        **{f"snippets/{folder}/{file}": f"{file}.txt" for file in _SNIPPET[kind]},
        f"tests/snippets/test_{folder}.py": "test.py.txt",
    }
    today = datetime.date.today().isoformat()
    values = {"name": name, "folder": folder, "today": today, "fastapi": version("fastapi")}
    return {
        Path(path): Template((_TEMPLATES / kind / template).read_text("utf-8")).substitute(values)
        for path, template in templates.items()
    }


def _with_page(config: str, page: str) -> str:
    """mkdocs.yml with a page at the end of its nav. As text, since YAML would lose the comments."""
    lines = config.splitlines(keepends=True)
    start = next((n for n, line in enumerate(lines) if re.match(r"nav:\s*(#|$)", line)), None)
    if start is None:
        raise NewPageError("mkdocs.yml has no line `nav:`; the page must be listed there")
    items = []
    for number, line in enumerate(lines[start + 1 :], start + 1):
        if re.match(r"[^\s#-]", line):
            break
        if re.match(r"\s*[^\s#]", line):
            items.append(number)
    if not items:
        raise NewPageError("the nav of mkdocs.yml is empty; begin it with `  - index.md`")
    if any(re.search(rf"[\s/]{re.escape(page)}\s*(#|$)", lines[number]) for number in items):
        raise NewPageError(f"{page} is in the nav of mkdocs.yml already")
    indent = re.match(r"\s*", lines[items[0]])
    lines.insert(items[-1] + 1, f"{indent[0] if indent else ''}- {page}\n")
    return "".join(lines)
