"""The oEmbed answers, against what oembed.com asks of an answer of type `rich`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from site_build.pictures import oembed
from site_build.snippets import LANGUAGES, names
from tests.conftest import SITE_URL, Site
from tests.docs import png
from tests.docs.parsed import parse

OFFERED = [(name, locale) for name in names() if oembed.is_offered(name) for locale in LANGUAGES]
# Section 2.3.4 of the specification, version 1.0: what an answer may have, and of which type.
TEXTS = {"type", "version", "title", "author_name", "author_url", "provider_name", "provider_url"}
TEXTS |= {"thumbnail_url", "html"}
NUMBERS = {"cache_age", "thumbnail_width", "thumbnail_height", "width", "height"}
THUMBNAIL = {"thumbnail_url", "thumbnail_width", "thumbnail_height"}


def complaints(told: dict[str, Any]) -> list[str]:
    """What the specification has against an answer of type `rich`."""
    found = [key for key in ("type", "version", "html", "width", "height") if key not in told]
    found += [key for key in told if key not in TEXTS | NUMBERS]
    found += [key for key in TEXTS & told.keys() if not isinstance(told[key], str)]
    found += [key for key in NUMBERS & told.keys() if type(told[key]) is not int or told[key] < 1]
    found += ["version"] if told.get("version") != "1.0" else []
    found += ["type"] if told.get("type") != "rich" else []
    found += ["thumbnail"] if 0 < len(THUMBNAIL & told.keys()) < len(THUMBNAIL) else []
    urls = (key for key in told if key.endswith("_url"))
    return found + [key for key in urls if not re.match(r"https?://[^/]+/", told[key])]


def answers(site: Site) -> dict[str, dict[str, Any]]:
    return {
        path.name: json.loads(path.read_text("utf-8"))
        for path in sorted((site.folder / "oembed").iterdir())
    }


def test_there_is_an_answer_for_each_right_version(site: Site) -> None:
    assert list(answers(site)) == sorted(f"{name}.{locale}.json" for name, locale in OFFERED)
    assert ("sequential_order", "en") in OFFERED


def test_every_answer_is_as_the_specification_has_it(site: Site) -> None:
    assert {
        name: complaints(told) for name, told in answers(site).items() if complaints(told)
    } == {}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"version": 1.0}, "version"),
        ({"type": "link"}, "type"),
        ({"width": "100%"}, "width"),
        ({"html": None}, "html"),
        ({"thumbnail_width": None}, "thumbnail_width"),
        ({"provider_url": "/en/"}, "provider_url"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_answer_that_is_not_is_complained_of(change: dict[str, Any], complaint: str) -> None:
    told = oembed.answer("sequential_order", "en", "Site", SITE_URL)
    assert complaints(told) == []
    assert complaint in complaints({**told, **change})


@pytest.mark.parametrize(("name", "locale"), OFFERED)
def test_an_answer_frames_the_embed_and_shows_its_timeline(
    site: Site, name: str, locale: str
) -> None:
    told = answers(site)[f"{name}.{locale}.json"]
    frame = parse("answer", told["html"]).one("iframe").attrs
    folder = SITE_URL + ("en/" if locale == "en" else "")
    assert frame["src"] == f"{folder}embed/{name}/right/"
    assert told["provider_url"] == folder
    assert (frame["width"], frame["height"]) == (str(told["width"]), str(told["height"]))
    assert frame["title"] == told["title"]
    assert "allow-scripts" in frame["sandbox"].split()
    assert "allow-same-origin" not in frame["sandbox"].split()
    picture = Path(site.folder, told["thumbnail_url"].removeprefix(SITE_URL))
    assert png.size(picture) == (told["thumbnail_width"], told["thumbnail_height"])
