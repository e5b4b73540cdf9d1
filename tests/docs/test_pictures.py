"""Every timeline is a file of its own: an SVG that stands alone, and a PNG with the same bytes."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest

from site_build.pictures import fonts, render, timelines
from site_build.pictures.render import Picture, PictureError, rendered
from site_build.pictures.standalone import sheet
from site_build.snippets import LANGUAGES, Snippet
from tests.conftest import Site
from tests.docs import png

SVG = "{http://www.w3.org/2000/svg}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SHOWN = timelines.shown()
# Curves, letters of both weights, and a half-transparent edge: what machines could differ in.
SAMPLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60" width="120" height="60">'
    '<circle cx="30.3" cy="30.7" r="21.1" fill="#00586b" opacity=".7"/>'
    '<text x="10" y="40" font-size="17">响应 After</text>'
    '<text x="10" y="20" font-size="13" font-weight="700">之后 &amp; the</text></svg>'
)
BYTES = "197e2ec7b0ccd0ffcf5fe7da3078d2b1eb9f2a6e589b74d08c45568bf96d800f"


def every() -> Iterator[tuple[Snippet, str]]:
    return ((found, language) for found in SHOWN for language in LANGUAGES)


def test_every_timeline_is_at_its_address_in_both_forms(site: Site) -> None:
    expected = {
        timelines.address(found, language, ending)
        for found, language in every()
        for ending in ("svg", "png")
    }
    written = {
        str(path.relative_to(site.folder)) for path in (site.folder / "timelines").rglob("*.*")
    }
    assert written == expected
    assert "timelines/sequential_order/wrong.en.svg" in expected


def test_a_png_is_twice_as_large_as_its_svg_and_not_empty(site: Site) -> None:
    for found, language in every():
        svg = site.folder / timelines.address(found, language, "svg")
        picture = svg.with_suffix(".png")
        width, height = ElementTree.parse(svg).getroot().attrib["viewBox"].split()[2:]
        assert png.size(picture) == (2 * int(width), 2 * int(height)), picture
        assert len(png.values(picture)) > 9, picture


def test_an_svg_stands_alone_and_says_what_it_is(site: Site) -> None:
    for found, language in every():
        path = site.folder / timelines.address(found, language, "svg")
        root = ElementTree.parse(path).getroot()
        assert (root.get(LANG), root.get("lang")) == (language, language), path
        assert found.label(language) in (root.findtext(f"{SVG}title") or ""), path
        assert len(root.findtext(f"{SVG}desc") or "") > 20, path
        style = root.findtext(f"{SVG}style") or ""
        assert "@media (prefers-color-scheme:dark)" in style, path
        assert not re.search(r"var\(|light-dark|url\(|@import|--", style), path
        asked = [k for e in root.iter() for k in e.attrib if k.endswith("href") or k == "src"]
        assert not asked, path


def test_both_schemes_colour_the_same_things_with_other_colours() -> None:
    light, dark = (re.findall(r"([^{}]+)\{([^}]*)\}", sheet(dark=on)) for on in (False, True))
    assert [chosen for chosen, _ in light] == [chosen for chosen, _ in dark]
    coloured = [(a, b) for (_, a), (_, b) in zip(light, dark, strict=True) if "#" in a]
    assert coloured
    assert all(a != b for a, b in coloured)


def test_a_picture_has_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    (drawn,) = rendered([Picture("sample", SAMPLE, 2)], tmp_path)
    assert sha256(drawn.read_bytes()).hexdigest() == BYTES, (
        "if the font or resvg is a new one, look at the picture and put in the new hash"
    )


def test_a_picture_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = Picture("sample", SAMPLE)
    first = rendered([picture], tmp_path)
    monkeypatch.setattr(render, "node", lambda: pytest.fail("it was drawn again"))
    assert rendered([picture, picture], tmp_path) == first * 2


def test_a_character_that_the_font_lacks_is_named(tmp_path: Path) -> None:
    svg = SAMPLE.replace("After", "\N{GRINNING FACE}")
    with pytest.raises(PictureError, match=r"^snippets/a/wrong: its picture needs '\U0001f600'"):
        rendered([Picture("snippets/a/wrong", svg)], tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_nobody_sees_needs_no_character_of_the_font() -> None:
    assert fonts.missing("<svg><title>\N{GRINNING FACE}</title><text>好 &lt;</text></svg>") == []


def test_a_picture_that_cannot_be_drawn_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"^docs/zh/a\.md: the card cannot be drawn: "):
        rendered([Picture("docs/zh/a.md: the card", "<svg")], tmp_path)


@pytest.mark.verify
def test_pictures_drawn_again_have_the_same_bytes(site: Site, tmp_path: Path) -> None:
    wanted = {
        site.folder / timelines.address(found, language, "png"): timelines.files(found, language)[1]
        for found, language in every()
    }
    drawn = rendered(wanted.values(), tmp_path)
    assert [p for p, d in zip(wanted, drawn, strict=True) if p.read_bytes() != d.read_bytes()] == []
