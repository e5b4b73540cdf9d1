"""The picture that stands for a page where a link to it is shown: 1200 x 630, in its language.

`/cards/<page>.<language>.png`. It is made of the page itself: its title, its verdict or its
description, and the first timeline on it.
"""

import re
from dataclasses import dataclass
from html import escape

from site_build.pictures.fonts import width
from site_build.pictures.render import Picture
from site_build.pictures.standalone import sheet, size
from site_build.pictures.wrap import evened, halves, lines, shortened

WIDTH, HEIGHT = 1200, 630
_EDGE = 64
_ROOM = WIDTH - 2 * _EDGE
_TOP, _FOOT = 116, 36  # where the title begins, and what stays free below
# Sizes of a title, the first that fits: on one line, then on two.
_TITLES = ((66, 60, 54), (56, 50, 44))
_INSIDE = 18  # from a drawing's frame to the drawing
# How much larger a drawing is than on a page; one that is too high for the least is cut off.
_LEAST, _CUT, _MOST = 0.8, 1.2, (_ROOM - 2 * _INSIDE) / 760
_STYLE = """
text{font-family:"Noto Sans SC";fill:#1c2733}
.title,.site{font-weight:700}
.site{font-size:27px;fill:#00586b}
.group{font-size:25px;fill:#5a6673;text-anchor:end}
.says{fill:#45505c}
.frame{fill:#fff;stroke:#d5dbe2;stroke-width:2}
"""
_ICON = (
    '<g transform="translate(64 44) scale(1.375)"><rect width="32" height="32" rx="7"'
    ' fill="#00586b"/><path d="M9 7l4 4-4 4-4-4z" fill="#fff"/><path d="M9 4v25" stroke="#9fdcea"'
    ' stroke-width="1.5" stroke-dasharray="2 2"/><path d="M9 17h17v4.5H9zM15 24h11v4.5H15z"'
    ' fill="#ffd166"/></g>'
)
# A page without a drawing shows the site's sign, large and pale, if there is room for it.
_SIGN_TOP = 440
_SIGN = (
    '<g transform="translate(878 356) scale(9)" opacity=".1"><path d="M7 7l4 4-4 4-4-4z"'
    ' transform="translate(2 0)" fill="#00586b"/><path d="M9 17h17v4.5H9zM15 24h11v4.5H15z"'
    ' fill="#00586b"/></g>'
)
_DRAWING = re.compile(r'<svg class="tl".*?</svg>', re.S)
_UNSEEN = re.compile(r"<(title|desc)\b.*?</\1>", re.S)
_OUTER = re.compile(r"<svg [^>]*>")


@dataclass(frozen=True)
class Card:
    """What the card of a page says.

    `group` is the page's section, or "". `html` is the page's content, whose first drawing is
    shown.
    """

    page: str
    language: str
    site: str
    group: str
    title: str
    says: str
    html: str

    @property
    def address(self) -> str:
        """Where the picture is, below the site's address."""
        return f"cards/{self.page}.{self.language}.png"

    @property
    def picture(self) -> Picture:
        """The card, to be drawn."""
        return Picture(f"docs/{self.language}/{self.page}.md: the card", _draw(self))


def _draw(card: Card) -> str:
    found = _DRAWING.search(card.html)
    title, of_title = _title(card.title)
    of_says, count = (30, 2) if found else (38, 5)
    y = _TOP + of_title * (1.0 if found else 1.5)
    parts = [_text(title, of_title, y, "title")]
    y += (len(title) - 1) * of_title * 1.25 + of_says * (2 if found else 2.2)
    said = evened(shortened(card.says, of_says, _ROOM, count), of_says, _ROOM)
    parts.append(_text(said, of_says, y, "says"))
    y += (len(said) - 1) * of_says * 1.4 + of_says * 0.9
    shown = _drawing(found[0], y) if found else _SIGN if y < _SIGN_TOP else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" lang="{card.language}">'
        f"<style>{_STYLE}{sheet()}</style>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<rect width="{WIDTH}" height="12" fill="#00586b"/>{_head(card)}{"".join(parts)}{shown}'
        "</svg>"
    )


def _head(card: Card) -> str:
    return (
        f'{_ICON}<text class="site" x="{_EDGE + 60}" y="76">{escape(card.site)}</text>'
        f'<text class="group" x="{WIDTH - _EDGE}" y="76">{escape(card.group)}</text>'
    )


def _title(title: str) -> tuple[list[str], float]:
    """The lines of a title, two at most, and their size; one that is too long is cut."""
    alone, both = _TITLES
    for of_size in alone:
        if width(title, of_size, "bold") <= _ROOM:
            return [title], of_size
    for of_size in both:
        if found := halves(title, of_size, _ROOM, "bold"):
            return found, of_size
    cut = shortened(title, of_size, _ROOM, 2, "bold")
    return lines(cut, of_size, _ROOM, "bold"), of_size


def _text(told: list[str], of_size: float, y: float, style: str) -> str:
    step = of_size * (1.25 if style == "title" else 1.4)
    return "".join(
        f'<text class="{style}" font-size="{of_size}" x="{_EDGE}" y="{y + n * step:g}">'
        f"{escape(text)}</text>"
        for n, text in enumerate(told)
    )


def _drawing(svg: str, y: float) -> str:
    """A drawing in a frame from `y` on: as small as it may be, or else faded out below."""
    broad, high = size(svg)
    room = HEIGHT - _FOOT - y - 2 * _INSIDE
    scale = min(_MOST, room / high if room / high >= _LEAST else _CUT)
    shown = min(high, room / scale)
    inside = _OUTER.sub("", _UNSEEN.sub("", svg), count=1)
    x, top = (WIDTH - broad * scale) / 2, y + _INSIDE
    bottom = top + shown * scale
    frame = (
        f'<rect class="frame" x="{_EDGE}" y="{y:g}" width="{_ROOM}" rx="14"'
        f' height="{shown * scale + 2 * _INSIDE:g}"/>'
    )
    drawn = (
        f'<svg class="tl" x="{x:g}" y="{top:g}" width="{broad * scale:g}"'
        f' height="{shown * scale:g}" viewBox="0 0 {broad} {shown:g}">{inside}'
    )
    if shown == high:
        return frame + drawn
    fade = (
        '<linearGradient id="fade" x2="0" y2="1"><stop stop-color="#fff" stop-opacity="0"/>'
        '<stop offset="1" stop-color="#fff"/></linearGradient>'
        f'<rect x="{_EDGE + 2}" y="{bottom - 60:g}" width="{_ROOM - 4}" height="62"'
        ' fill="url(#fade)"/>'
    )
    return frame + drawn + fade
