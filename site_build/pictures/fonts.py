"""The fonts of our pictures: how wide a text is in them, and which characters they lack."""

import html
import re
from functools import cache

from fontTools.ttLib import TTFont

from site_build.snippets import ROOT

FAMILY = "Noto Sans SC"
_PACKAGE = ROOT / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
FILES = {
    "regular": _PACKAGE / "400Regular" / "NotoSansSC_400Regular.ttf",
    "bold": _PACKAGE / "700Bold" / "NotoSansSC_700Bold.ttf",
}
_UNSEEN = re.compile(r"<(title|desc|style)\b.*?</\1>", re.S)
_TAG = re.compile(r"<[^>]*>")


@cache
def _advances(weight: str) -> dict[int, float]:
    """How far each character moves the pen, in units of the font's size."""
    with TTFont(FILES[weight], lazy=True) as font:
        widths, unit = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: widths[glyph][0] / unit for code, glyph in font.getBestCmap().items()}


def width(text: str, size: float, weight: str = "regular") -> float:
    """How wide a text is drawn in a size; a character that the font lacks counts as square."""
    advances = _advances(weight)
    return size * sum(advances.get(ord(character), 1.0) for character in text)


def missing(svg: str) -> list[str]:
    """The characters of a picture's texts that would be drawn as empty boxes."""
    seen = html.unescape(_TAG.sub("", _UNSEEN.sub("", svg)))
    return sorted({one for one in seen if not one.isspace() and ord(one) not in _advances("bold")})
