"""What a reader downloads of a pattern: a folder that runs, packed as `/patterns/<id>.zip`.

    own-session/app.py              as the page lists it
    own-session/test_app.py         the test of each promise
    own-session/requirements.txt    what the story names in `requirements`, and pytest, as locked
    own-session/README.md           what it is and the commands, in both languages

The bytes depend on these files alone, and not on the day or the machine.
"""

import io
import os
import re
import zipfile
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from site_build.labels import word
from site_build.markers import without_markers
from site_build.page import current
from site_build.payload.packages import locked
from site_build.snippets import (
    LANGUAGES,
    SnippetError,
    patterns,
    snippet,
    story,
)

TEST = "test_app.py"
_README = Path(__file__).parent / "download" / "README.md.txt"
_REQUIREMENT = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)(?P<extras>\[[a-z0-9,_-]+\])?")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # no file of a zip can be older


def files(name: str) -> dict[str, str]:
    """The files of a pattern's folder, by their names.

    Raises:
        SnippetError: the pattern lacks a file, or its story something that they are made of.
    """
    app = snippet(f"{name}/app")
    test = app.path.parent / TEST
    if not test.is_file():
        raise SnippetError(f"there is no snippets/{name}/{TEST}; a pattern proves its promises")
    return {
        "app.py": app.code,
        TEST: without_markers(test.read_text("utf-8").splitlines()),
        "requirements.txt": "".join(f"{line}\n" for line in _pinned(name)),
        "README.md": _readme(name),
    }


def archive(name: str) -> bytes:
    """The folder, packed. Nothing is compressed, since zlibs differ in what they make of it.

    Raises:
        SnippetError: the pattern lacks something.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for file, text in sorted(files(name).items()):
            entry = zipfile.ZipInfo(f"{page_of(name)}/{file}", _FIRST_DAY)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # of Unix, whatever packs it
            made.writestr(entry, text.encode())
    return packed.getvalue()


def page_of(name: str) -> str:
    """The id of a folder's page: `own-session` for `own_session`."""
    return name.replace("_", "-")


def publish(site: Path) -> None:
    """Write `patterns/<id>.zip` of each pattern into the built site.

    Raises:
        SnippetError: a pattern lacks something.
    """
    for name in patterns():
        (site / "patterns").mkdir(exist_ok=True)
        (site / "patterns" / f"{page_of(name)}.zip").write_bytes(archive(name))


def link(name: str) -> str:
    """The line under a pattern's listing that leads to the download.

    Raises:
        SnippetError: the pattern lacks something.
    """
    up = "" if current.language == LANGUAGES[0] else "../"
    address = f"{current.root}{up}patterns/{page_of(name)}.zip"
    size = max(1, round(len(archive(name)) / 1024))
    says = word("download", file=f"{page_of(name)}.zip", kb=str(size))
    inside = ", ".join(f"<code>{escape(file)}</code>" for file in files(name))
    return (
        f'<p class="download"><a href="{address}" download>{says}</a> '
        f'<span class="inside">{inside}</span></p>'
    )


def commands(name: str) -> list[str]:
    """What starts the app, a command for each program.

    Raises:
        SnippetError: the story names none.
    """
    return _texts(name, "commands", "uvicorn app:app")


def _texts(name: str, key: str, example: str) -> list[str]:
    found: Any = story(name).get(key)
    if not isinstance(found, list) or not found or not all(isinstance(x, str) for x in found):
        raise SnippetError(f'snippets/{name}/story.toml: needs {key} = ["{example}"]')
    return found


def _pinned(name: str) -> list[str]:
    """The lines of requirements.txt: each package with the version of our own lock."""
    wanted = {*_texts(name, "requirements", "fastapi"), "pytest"}
    return [_pin(name, package) for package in sorted(wanted)]


def _pin(name: str, package: str) -> str:
    where = f"snippets/{name}/story.toml: requirements: {package!r}"
    named = _REQUIREMENT.fullmatch(package)
    if named is None:
        raise SnippetError(
            f"{where}: write the name alone, in small letters; the lock has versions"
        )
    try:
        entry = locked((named["name"],))
    except LookupError as error:
        raise SnippetError(
            f"{where}: requirements.txt does not pin it; add it to pyproject.toml, then make lock"
        ) from error
    version = re.search(r"==([^\s;\\]+)", entry)
    assert version is not None
    return f"{package}=={version[1]}"


def _readme(name: str) -> str:
    told = story(name)
    try:
        says = {f"label_{x}": snippet(f"{name}/app").label(x) for x in LANGUAGES}
        says |= {f"title_{x}": told["title"][x] for x in LANGUAGES}
    except KeyError as error:
        raise SnippetError(f"snippets/{name}/story.toml: title needs zh and en: {error}") from error
    starts = commands(name)
    several = "每条命令各开一个终端 · each command in a terminal of its own："
    says["terminals"] = several if len(starts) > 1 else "启动 · Start it："
    text = Template(_README.read_text("utf-8"))
    return text.substitute(says, commands="\n".join(starts), **_links(name))


def _links(name: str) -> dict[str, str]:
    """Where the page is, in each language; nothing without SITE_URL, as no address is invented."""
    site = os.environ.get("SITE_URL", "").rstrip("/")
    zh, en = f"{site}/{page_of(name)}/", f"{site}/en/{page_of(name)}/"
    if not site:
        return {"link_zh": "", "link_en": ""}
    return {"link_zh": f"\n\n代价与局限：<{zh}>", "link_en": f"\n\nCosts and limits: <{en}>"}
