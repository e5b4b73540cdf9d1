"""What was measured, in words and numbers: `3.03 s (3.02 to 3.05)`, `yes`, a text."""

import statistics
import tomllib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from evidence.rows import Row
from evidence.topics import topic_of
from site_build.labels import word
from site_build.page import current

LABELS = Path(__file__).with_name("keys.toml")
# What the last part of a key says a number is in; such a number has a space and a unit behind it.
_UNITS = {
    "s": {"zh": "秒", "en": "s"},
    "ms": {"zh": "毫秒", "en": "ms"},
    "mb": {"zh": "MB", "en": "MB"},
    "percent": {"zh": "%", "en": "%"},
}
# A text with more characters is folded.
_OPEN = 60


@cache
def _labels() -> dict[str, dict[str, str]]:
    return tomllib.loads(LABELS.read_text("utf-8"))


def label(row: Row, key: str) -> str:
    """What a key of a row's result says, as HTML; the key itself where nobody has named it."""
    topic = topic_of(row.id)
    words = (topic[0].label(key) if topic else None) or _labels().get(key)
    if words:
        return escape(words[current.language])
    return f"<code>{key.replace('_', '_<wbr>')}</code>"


def plain(key: str, value: Any) -> str:
    """A value in words, as text: of a list the median, with its unit."""
    if isinstance(value, bool):
        return word("yes" if value else "no")
    if isinstance(value, list):
        value = statistics.median(value)
    if not isinstance(value, int | float):
        return str(value) or word("nothing")
    unit = _UNITS.get(key.rpartition("_")[2], {}).get(current.language, "")
    return f"{number(value)} {unit}".rstrip()


def number(value: float) -> str:
    """At most three digits that count, and none behind the point that says nothing.

    >>> [number(n) for n in (200, 3540.0, 3.034, 92.29, 0.0008, 0.60)]
    ['200', '3540', '3.03', '92.3', '0.0008', '0.6']
    """
    if value == int(value) or abs(value) >= 1000:
        return str(round(value))
    return f"{value:.3g}"


def shown(key: str, value: Any) -> str:
    """A value in words, as HTML: of a list the median and the spread."""
    if isinstance(value, str) and value:
        return _text(value)
    text = escape(plain(key, value))
    if isinstance(value, list) and number(min(value)) != number(max(value)):
        low, high = number(min(value)), number(max(value))
        text += f' <span class="spread">({word("spread", low=low, high=high)})</span>'
    return text


def _text(value: str) -> str:
    code = f"<code>{escape(value)}</code>"
    if len(value) <= _OPEN:
        return code
    begin = escape(value[: _OPEN - 12].rstrip())
    return f'<details class="long"><summary><code>{begin}…</code></summary>{code}</details>'
