"""What a page's head tells those who show a link to it: OpenGraph, Twitter, JSON-LD, oEmbed."""

import json
import re
from dataclasses import dataclass
from html import unescape
from pathlib import PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from site_build.navigation import navigation
from site_build.pictures import cards, oembed
from site_build.snippets import LANGUAGES, has, story

_LOCALES = dict(zip(LANGUAGES, ("zh_CN", "en_US"), strict=True))
_TAG = re.compile(r"<[^>]+>")
_VERDICT = re.compile(
    r'<div class="verdict">.*?<p><strong>(?:结论|Verdict).*?</strong>(?P<why>.*?)</p>', re.S
)
_CHECKED = re.compile(r"\s*(?:核对版本|Checked with).*", re.S)


@dataclass(frozen=True)
class Shared:
    """A page, as far as its head is about it."""

    card: cards.Card
    description: str
    address: str
    home: str
    site: str
    aliases: list[str]

    @property
    def name(self) -> str:
        """The folder of its snippets, if it has one."""
        return self.card.page.replace("-", "_")

    @property
    def is_home(self) -> bool:
        """Whether it is the home page of its language."""
        return self.card.page == "index"


def read(page: Page, config: MkDocsConfig) -> Shared:
    """What a page's head tells, once its content is known."""
    language, path = PurePosixPath(page.file.src_uri).parts[0], page.file.src_uri
    name, html = PurePosixPath(path).stem, page.content or ""
    description = str(page.meta.get("description", "")).strip()
    site = config.site_url or "/"
    card = cards.Card(
        page=name,
        language=language,
        site=str(config.site_name),
        group=next((g.titles[language] for g in navigation.groups if name in g.pages), ""),
        title=_plain(str(page.title)),
        says=_verdict(html) or description,
        html=html,
    )
    home = site if language == LANGUAGES[0] else f"{site}{language}/"
    aliases = [str(one) for one in page.meta.get("aliases", [])]
    return Shared(card, description, page.canonical_url or home, home, site, aliases)


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())


def _verdict(html: str) -> str:
    """What the verdict of a claim's page says, without the release that it was checked with.

    Nor with its "false": that is said of a belief, and beside the title, which is what is so, it
    would say the contrary.
    """
    found = _VERDICT.search(html)
    return _CHECKED.sub("", _plain(found["why"])) if found else ""


def context(shared: Shared) -> dict[str, Any]:
    """What web/theme/partials/sharing.html shows."""
    card, image = shared.card, shared.site + shared.card.address
    others = [locale for language, locale in _LOCALES.items() if language != card.language]
    properties = [
        ("og:type", "website" if shared.is_home else "article"),
        ("og:site_name", card.site),
        ("og:title", card.title),
        ("og:description", shared.description),
        ("og:url", shared.address),
        ("og:locale", _LOCALES[card.language]),
        *(("og:locale:alternate", locale) for locale in others),
        ("og:image", image),
        ("og:image:type", "image/png"),
        ("og:image:width", cards.WIDTH),
        ("og:image:height", cards.HEIGHT),
        ("og:image:alt", card.title),
    ]
    called = [
        ("twitter:card", "summary_large_image"),
        ("twitter:title", card.title),
        ("twitter:description", shared.description),
        ("twitter:image", image),
        ("twitter:image:alt", card.title),
    ]
    return {"properties": properties, "names": called, "data": _data(shared), **_frame(shared)}


def _frame(shared: Shared) -> dict[str, str]:
    if not has(shared.name) or not oembed.is_offered(shared.name):
        return {}
    return {
        "oembed": shared.site + oembed.address(shared.name, shared.card.language),
        "oembed_title": shared.card.title,
    }


def _data(shared: Shared) -> str:
    """The page as schema.org has it, in JSON that ends no script element."""
    card = shared.card
    whole = {"@type": "WebSite", "name": card.site, "url": shared.home}
    about = {
        "description": shared.description,
        "inLanguage": card.language,
        "image": shared.site + card.address,
    }
    if shared.is_home:
        told: Any = {"@context": "https://schema.org", **whole, **about}
    else:
        article = {
            "@type": "TechArticle",
            "headline": card.title,
            "url": shared.address,
            **about,
            "isPartOf": whole,
        }
        if shared.aliases:
            article["keywords"] = shared.aliases
        if has(shared.name):
            article["dateModified"] = str(story(shared.name)["verified"])
        told = {"@context": "https://schema.org", "@graph": [article, _crumbs(shared)]}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _crumbs(shared: Shared) -> dict[str, Any]:
    steps = [(shared.card.site, shared.home), (shared.card.title, shared.address)]
    listed = [
        {"@type": "ListItem", "position": n, "name": name, "item": address}
        for n, (name, address) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": listed}


_noted: dict[str, Shared] = {}


def note(page: Page, config: MkDocsConfig) -> dict[str, Any]:
    """Keep what the page's card is made of; tell what its head has."""
    shared = read(page, config)
    _noted[shared.card.address] = shared
    return context(shared)


def noted() -> list[Shared]:
    """All pages since the last call, in both languages if both were built."""
    found = list(_noted.values())
    _noted.clear()
    return found
