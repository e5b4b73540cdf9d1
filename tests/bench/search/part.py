"""Our search beside Material's with jieba and Pagefind: same site, same questions, one browser."""

import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright

from evidence.environments import environment, versions
from site_build.snippets import ROOT
from tests.bench.measuring import Row, Section, say
from tests.browser import chromium
from tests.browser.server import Served, served
from tests.conftest import BASE
from tests.search import FILES, FIRST, Found, figures, first, language, page_of, queries

HERE = Path(__file__).parent
ENVIRONMENT = "search-engines"
ENGINES = ("ours", "lunr", "pagefind")
# What our build keeps from the search; Material's plugin would read each word of a drawing.
_ASIDE = re.compile(r"<svg.*?</svg>|<details class=\"transcript\".*?</details>", re.S)
TEXT = """\
## The search

Questions of tests/search in headless Chromium: those that the search was tuned by, and those of
others who have seen neither these nor the tokenizer. lunr is Material's own search, cut by jieba
{jieba}, with the settings its documentation gives for Chinese and English; both languages are in
its one index, and results of the other language are left out. Both read what the pages show; ours
reads the front matter, too, and the wordings in site_build/guide/asked.toml. Pagefind is
{pagefind}, its extended release. Loaded is what a reader's browser fetches for the first question,
each file compressed by gzip: of lunr with every page, of the others once the search is used;
Pagefind fetches more at each question.

{table}"""


@dataclass
class Asked:
    """What an engine answered to a file's questions, and what it cost."""

    found: Found = field(default_factory=list)
    milliseconds: float = 0.0
    loaded: int = 0

    @property
    def first(self) -> float:
        """The share whose page came first, in per cent."""
        return 100 * first(self.found) / len(self.found)

    def line(self, questions: str, engine: str) -> str:
        """A line of the table."""
        cost = f"{self.loaded / 1024:.0f} KB | {self.milliseconds:.1f} ms"
        return f"| {questions} | {engine} | {figures(self.found)} | {cost} |"


def _site(folder: Path) -> None:
    """The built site, with what the other engines make of it beside it."""
    subprocess.run([sys.executable, "-m", "site_build", "site"], cwd=ROOT, check=True)
    shutil.copytree(ROOT / "site", folder, dirs_exist_ok=True)
    python = environment(ENVIRONMENT)
    job = json.dumps([_page(folder, file) for file in sorted(folder.rglob("index.html"))])
    made = subprocess.run(
        [python, HERE / "lunr.py"], input=job, capture_output=True, text=True, check=True
    )
    (folder / "lunr.json").write_text(made.stdout, "utf-8")
    place = "lib/*/site-packages/pagefind_bin_extended/pagefind_extended"
    program = next(python.parent.parent.glob(place))
    options = ["--site", str(folder), "--root-selector", "article", "--quiet"]
    subprocess.run([program, *options], check=True)
    (folder / "ask.js").write_text((HERE / "ask.js").read_text("utf-8"), "utf-8")


def _page(folder: Path, file: Path) -> dict[str, str]:
    html = file.read_text("utf-8")
    content = re.search(r"<article[^>]*>\s*(.*?)</article>", html, re.S)
    title = re.search(r"<h1[^>]*>(.*?)<", html, re.S)
    url = str(file.parent.relative_to(folder)).removeprefix(".")
    return {
        "url": f"{url}/" if url else "",
        "title": title[1] if title else "",
        "html": _ASIDE.sub("", content[1]).replace("<h1 id=", "<h1 data-id=") if content else "",
    }


def _files(server: Served, engine: str, language: str) -> dict[str, str]:
    """The addresses of an engine's files."""
    places = {
        "ours": {"worker": "assets/search/worker.*.js", "index": f"assets/search/{language}.*"},
        "lunr": {"worker": "assets/javascripts/workers/search.*.js", "index": "lunr.json"},
        "pagefind": {"script": "pagefind/pagefind.js"},
    }[engine]
    found = {key: next(server.folder.glob(place)) for key, place in places.items()}
    return {
        key: server.address + str(path.relative_to(server.folder)) for key, path in found.items()
    }


def _ask(page: Page, server: Served, engine: str, file: Path) -> Asked:
    asked, spoken = queries(file), language(file)
    job: dict[str, Any] = {"engine": engine, "language": spoken, "base": BASE}
    job["files"] = _files(server, engine, spoken)
    page.goto(f"{server.address}bench/")
    server.requests.clear()
    page.evaluate("job => ask(job)", {**job, "questions": [asked[0][0]]})
    result = Asked(loaded=sum(map(_compressed(server), set(server.requests))))
    page.goto(f"{server.address}bench/")
    answers = page.evaluate("job => ask(job)", {**job, "questions": [one for one, _ in asked]})
    result.milliseconds = median(spent for _, spent in answers)
    for (question, wanted), (addresses, _) in zip(asked, answers, strict=True):
        own = [one for one in addresses if one.startswith("en/") == (spoken == "en")]
        result.found.append((question, wanted, list(dict.fromkeys(map(page_of, own)))))
    return result


def _compressed(server: Served) -> Any:
    def size(path: str) -> int:
        file = server.folder / path.removeprefix(BASE).partition("?")[0]
        return len(gzip.compress(file.read_bytes(), 6)) if file.is_file() else 0

    return size


@contextmanager
def _page_of_its_own(server: Served) -> Iterator[Page]:
    server.pages["bench/"] = '<meta charset="utf-8"><script src="../ask.js"></script>'
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        yield browser.new_page()
        browser.close()


def search() -> Section:
    """Ours, Material's with jieba, and Pagefind, asked all questions of tests/search."""
    lines, rows = (
        ["| questions | engine | answers | loaded | per question |", "|---|---|---|---|---|"],
        [],
    )
    with TemporaryDirectory() as folder:
        _site(Path(folder))
        with served(Path(folder)) as server, _page_of_its_own(server) as page:
            for file in FILES:
                told = {engine: _ask(page, server, engine, file) for engine in ENGINES}
                for engine, one in told.items():
                    lines.append(one.line(file.stem, engine))
                    say(lines[-1])
                rows.append(_row(file, told))
    pins = versions(ENVIRONMENT, ("jieba", "pagefind-bin-extended"))
    names = {"jieba": pins["jieba"], "pagefind": pins["pagefind-bin-extended"]}
    return Section(rows, TEXT.format(**names, table="\n".join(lines) + "\n"))


def _row(file: Path, told: dict[str, Asked]) -> Row:
    ours, lunr, pagefind = (told[engine] for engine in ENGINES)
    return Row(
        f"search, {file.stem}: the page that is wanted comes first",
        f"{ours.first:.1f} %",
        f"{lunr.first:.1f} % (lunr with jieba), {pagefind.first:.1f} % (Pagefind)",
        f"at least {FIRST} %",
        ours.first >= FIRST,
        str(len(ours.found)),
    )
