"""What a page that links to ours learns of it, if it asks for oEmbed: a frame and a picture.

`/oembed/<folder>.<language>.json`, for the variant `right`. Nothing answers requests here, so the
answer is a file, which a claim's page names in its head.
"""

import json
from html import escape
from pathlib import Path
from typing import Any

from site_build import embeds
from site_build.pictures import timelines
from site_build.recordings import is_recorded
from site_build.snippets import LANGUAGES, Snippet, snippet, variants

VARIANT = "right"
WIDTH = 800  # CSS pixels
# Heights in CSS pixels: a line of a listing, what stands round it, and the most that a wiki is
# asked for; in a higher one the embed itself scrolls.
_LINE, _ROUND, _MOST = 21, 260, 900


def is_offered(name: str) -> bool:
    """Whether a folder has the variant that is embedded, and a run of it."""
    return VARIANT in variants(name) and is_recorded(snippet(f"{name}/{VARIANT}"))


def address(name: str, language: str) -> str:
    """Where the answer is, below the site's address."""
    return f"oembed/{name}.{language}.json"


def answer(name: str, language: str, site_name: str, site_url: str) -> dict[str, Any]:
    """The answer of type `rich`, as https://oembed.com/ has it, with absolute addresses."""
    found = snippet(f"{name}/{VARIANT}")
    height, thumbnail = _height(found, language), timelines.pixels(found, language)
    title = f"{found.label(language)} - {site_name}"
    folder = "" if language == LANGUAGES[0] else f"{language}/"
    frame = f"{site_url}{embeds.address(found.id, language)}"
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": site_name,
        "provider_url": f"{site_url}{folder}",
        "html": f'<iframe src="{escape(frame)}" title="{escape(title)}" width="{WIDTH}"'
        f' height="{height}" sandbox="{embeds.ALLOWED}" loading="lazy" frameborder="0"></iframe>',
        "width": WIDTH,
        "height": height,
        "thumbnail_url": f"{site_url}{timelines.address(found, language, 'png')}",
        "thumbnail_width": thumbnail[0],
        "thumbnail_height": thumbnail[1],
    }


def _height(found: Snippet, language: str) -> int:
    drawn = timelines.pixels(found, language)[1] // timelines.ZOOM
    return min(_MOST, _ROUND + _LINE * len(found.code.splitlines()) + drawn)


def write(name: str, language: str, site_name: str, site_url: str, site: Path) -> None:
    """Write an answer into the built site."""
    target = site / address(name, language)
    target.parent.mkdir(parents=True, exist_ok=True)
    told = answer(name, language, site_name, site_url)
    target.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
