"""A drawing that stands alone: with its colours in itself, for an `<img>` or a program."""

import re
from functools import cache

from recorder.draw import stylesheet

_COLOUR = re.compile(r"(--[\w-]+):\s*light-dark\((#\w+),\s*(#\w+)\);")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)"')


def size(svg: str) -> tuple[int, int]:
    """The width and the height of a drawing, in its own units."""
    found = _SIZE.search(svg)
    assert found is not None
    return int(found[1]), int(found[2])


@cache
def sheet(*, dark: bool = False) -> str:
    """The drawings' stylesheet for one scheme, each colour written out.

    Programs that draw pictures for wikis know neither variables nor `light-dark()`.
    """
    text = _COMMENT.sub("", stylesheet())
    colours = {name: (by_day, by_night) for name, by_day, by_night in _COLOUR.findall(text)}
    plain = _RULE.findall(re.sub(r"var\((--[\w-]+)\)", lambda v: colours[v[1]][dark], text))
    rules = [(chosen.strip(), _told(inside)) for chosen, inside in plain]
    return "".join(f"{chosen}{{{told}}}" for chosen, told in rules if told)


def _told(inside: str) -> str:
    """The declarations of a rule without variables and without `color-scheme`."""
    told = (" ".join(one.split()) for one in inside.split(";"))
    return ";".join(one for one in told if one and not one.startswith(("--", "color-scheme")))


def standalone(svg: str, language: str, *, both: bool) -> str:
    """A drawing of `recorder.draw` with its stylesheet and a ground.

    Args:
        svg: the drawing, without a style of its own.
        language: of its texts.
        both: whether it follows the reader's scheme; otherwise it is light.
    """
    width, height = size(svg)
    style = sheet()
    if both:
        style += f"@media (prefers-color-scheme:dark){{{sheet(dark=True)}}}"
    ground = f'<rect class="paper" width="{width}" height="{height}"/>'
    named = svg.replace("<svg ", f'<svg lang="{language}" xml:lang="{language}" ', 1)
    head, end, body = named.partition("</desc>")
    return f"{head}{end}<style>{style}</style>{ground}{body}"
