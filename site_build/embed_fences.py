"""The fence that shows an embed in its frame, and what shows it, or its picture, elsewhere.

```embed src="sequential_order/right"
"""

from html import escape

from site_build.downloads import page_of
from site_build.embeds import ALLOWED, address
from site_build.fences import fence, highlighted
from site_build.labels import word
from site_build.page import current
from site_build.snippets import Snippet, snippet

HEIGHT = 1000  # CSS pixels, for a frame that does not ask the embed


def framed(where: str, title: str) -> str:
    """The HTML of a frame that shows the embed at an address."""
    return (
        f'<iframe src="{escape(where)}" title="{escape(title)}"\n'
        f'  sandbox="{ALLOWED}"\n'
        f'  loading="lazy" width="100%" height="{HEIGHT}"></iframe>'
    )


def pictured(found: Snippet, title: str) -> str:
    """The Markdown of a timeline's picture that leads to the snippet's page."""
    image = f"{current.site}timelines/{found.id}.{current.language}.png"
    return f"[![{title}]({image})]({current.site}c/{page_of(found.name)}/)"


def _embed(snippet_id: str, source: str, show: str) -> str:
    found = snippet(snippet_id)
    title = word("timeline", label=found.label(current.language))
    frame = framed(f"{current.root}embed/{snippet_id}/", title)
    there = framed(current.site + address(snippet_id, current.language), title)
    return (
        frame.replace("<iframe", '<iframe class="embed"', 1)
        + highlighted(there, "html")
        + highlighted(pictured(found, title), "markdown")
    )


embed = fence(_embed)
