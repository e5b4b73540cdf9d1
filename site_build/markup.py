"""Pieces of HTML that several parts of a page are made of."""

import re
from html import escape

from site_build.labels import word


def box(table: str) -> str:
    """A box in which a table scrolls sideways, by the keyboard, too."""
    named = f'role="group" aria-label="{word("table")}"'
    return f'<div class="table-box" tabindex="0" {named}>{table}</div>'


def folded(summary: str, inside: str) -> str:
    """What is shown on demand."""
    return f'<details class="whole"><summary>{summary}</summary>{inside}</details>'


def inline(text: str) -> str:
    """A short text of ours as HTML; what stands in `backticks` is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
