"""`llms.txt` lists the pages for language models, `llms-full.txt` holds them, as llmstxt.org says.

A title, a sentence as a quotation, a paragraph, then sections of links; what stands in the section
"Optional" may be skipped by whoever has no room.
"""

from collections.abc import Iterator

from site_build.machines.pages import Site
from site_build.machines.words import WORDS
from site_build.navigation import navigation
from site_build.snippets import LANGUAGES

MEASURED = "evidence"  # a long list of rows; the pages say what follows from them


def index(site: Site) -> str:
    """The text of llms.txt."""
    words = WORDS[_language(site)]
    parts = [_head(site), words["how"]]
    for title, pages in _sections(site):
        lines = [_line(site, page) for page in pages]
        parts.append(f"## {title}\n\n" + "\n".join(lines))
    parts.append(f"## {words['optional']}\n\n" + "\n".join(_files(site)))
    return "\n\n".join(parts) + "\n"


def full(site: Site) -> str:
    """The text of llms-full.txt: the pages in the order of the navigation."""
    measured = site.pages.get(MEASURED)
    without = WORDS[_language(site)]["without"]
    told = f"\n\n{without}<{measured.address}index.md>" if measured else ""
    parts = [f"{_head(site)}{told}\n"]
    for _, pages in _sections(site):
        parts.extend(site.pages[page].markdown for page in pages if page != MEASURED)
    return "\n---\n\n".join(parts)


def _language(site: Site) -> str:
    return site.pages["index"].language


def _head(site: Site) -> str:
    return f"# {site.name}\n\n> {site.description}"


def _sections(site: Site) -> Iterator[tuple[str, list[str]]]:
    language = _language(site)
    yield WORDS[language]["start"], navigation.first
    for group in navigation.sections:
        yield group.titles[language], group.pages


def _line(site: Site, name: str) -> str:
    page = site.pages[name]
    title = page.title.replace("[", r"\[").replace("]", r"\]")
    return f"- [{title}]({page.address}index.md): {page.description}"


def _files(site: Site) -> list[str]:
    language = _language(site)
    words = WORDS[language]
    root = site.address if language == LANGUAGES[0] else site.address.removesuffix(f"{language}/")
    (other,) = (one for one in LANGUAGES if one != language)
    there = root if other == LANGUAGES[0] else f"{root}{other}/"
    return [
        f"- [llms-full.txt]({site.address}llms-full.txt): {words['full']}",
        f"- [claims.json]({root}claims.json): {words['data']}",
        f"- [feed.xml]({site.address}feed.xml): {words['feed']}",
        f"- [llms.txt]({there}llms.txt): {words['other']}",
    ]
