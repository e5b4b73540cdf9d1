"""`claims.json`: every claim and pattern with what is said of it, in both languages.

    {"format": 1, "site": "https://…/", "claims": [{"id": "sequential-order", "kind": "claim", …}]}

What differs by language is `{"zh": …, "en": …}`. Longer texts are Markdown with absolute links.
"""

import json
import re
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from mkdocs.exceptions import PluginError

from site_build import embeds
from site_build.invariants import invariants
from site_build.machines.checked import checked
from site_build.machines.markdown import markdown
from site_build.machines.pages import Site, Written
from site_build.navigation import navigation
from site_build.pictures import timelines
from site_build.recordings import is_recorded
from site_build.related import entries, leads_to
from site_build.snippets import LANGUAGES, Snippet, is_pattern, snippet, variants

FORMAT = 1
# The three paragraphs of the box at a page's head.
_BOX = {"claim": ("belief", "verdict", "fix"), "pattern": ("gives", "use_when", "not_when")}
_VERDICT = re.compile(r'<div class="verdict">(.*?)</div>', re.S)
_LABEL = re.compile(r"^\*\*[^:：*]*[:：] *([^*]*)\*\*( ?)")

Sites = Mapping[str, Site]


def claims(sites: Sites) -> str:
    """The text of claims.json."""
    found = [_entry(sites, page) for group in navigation.groups for page in group.pages]
    told = {"format": FORMAT, "site": sites[LANGUAGES[0]].address, "claims": found}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _entry(sites: Sites, name: str) -> dict[str, Any]:
    pages = {language: sites[language].pages[name] for language in LANGUAGES}
    kind = "pattern" if is_pattern(name.replace("-", "_")) else "claim"
    boxes = {language: _box(page) for language, page in pages.items()}
    (group,) = (group for group in navigation.groups if name in group.pages)
    return {
        "id": name,
        "kind": kind,
        "title": _each(pages, lambda page: page.title),
        "description": _each(pages, lambda page: page.description),
        **{key: _each(boxes, itemgetter(n)) for n, key in enumerate(_BOX[kind])},
        "about": entries()[name]["about"],
        "group": group.titles,
        "address": _each(pages, lambda page: page.address),
        "permalink": f"{sites[LANGUAGES[0]].address}c/{name}/",
        "markdown": _each(pages, lambda page: f"{page.address}index.md"),
        **_checked(pages[LANGUAGES[0]]),
        **{key: _each(pages, _listed(key)) for key in ("symptoms", "messages", "aliases")},
        "snippets": _snippets(name.replace("-", "_"), sites[LANGUAGES[0]].address),
        "invariants": _invariants(name.replace("-", "_")),
        "related": leads_to(name),
    }


def _each(values: Mapping[str, Any], of: Callable[[Any], Any]) -> dict[str, Any]:
    return {language: of(value) for language, value in values.items()}


def _listed(key: str) -> Callable[[Written], list[str]]:
    return lambda page: [str(text) for text in page.meta.get(key, ())]


def _box(page: Written) -> list[str]:
    """The paragraphs of the page's first box without their labels."""
    box = _VERDICT.search(page.html)
    text = markdown(box[1], page.address) if box else ""
    told = [_LABEL.sub(r"\1\2", one).replace("**", "").strip() for one in text.split("\n\n")]
    if len(told) != len(_BOX["claim"]):
        raise PluginError(
            f'docs/{page.language}/{page.name}.md: its box `<div class="verdict" markdown>` needs '
            f"three paragraphs, {', '.join(_BOX['claim'])} or {', '.join(_BOX['pattern'])}; "
            f"it has {len(told)}"
        )
    return told


def _checked(page: Written) -> dict[str, Any]:
    found = checked(page)
    return {
        "verified": found.verified,
        "verified_with": {"fastapi": found.version},
        "rows": [row.id for row in found.rows],
        "measured": found.measured,
    }


def _snippets(name: str, site: str) -> list[dict[str, Any]]:
    found = [snippet(f"{name}/{variant}") for variant in variants(name)]
    return [
        {
            "id": one.id,
            "file": f"snippets/{name}/{one.path.name}",
            "language": one.language,
            "verdict": one.verdict,
            "wrong_in": one.meta.get("kind"),
            "runs": "live" if one.is_live else "measured",
            "shows": {language: one.label(language) for language in LANGUAGES},
            "code": one.code,
            "embed": {locale: site + embeds.address(one.id, locale) for locale in LANGUAGES},
            "timeline": _pictures(one, site) if is_recorded(one) else None,
        }
        for one in found
    ]


def _pictures(found: Snippet, site: str) -> dict[str, str]:
    return {locale: site + timelines.address(found, locale, "svg") for locale in LANGUAGES}


def _invariants(name: str) -> list[dict[str, Any]]:
    return [
        {**one.says, "if": one.expression, "fails": one.fails, "holds": one.holds}
        for one in invariants(name)
    ]
