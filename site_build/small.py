"""What a page costs is kept small: one stylesheet, and nothing that only those who write read."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from site_build.payload.making import run

ONE = "assets/all.css"
# Here each character counts.
_AS_IT_IS = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.S)
_parts: list[str] = []


def name_one(config: MkDocsConfig) -> None:
    """Have each page ask for one file, in place of those that mkdocs.yml names."""
    named = [str(name) for name in config.extra_css]
    if named != [ONE]:  # as it is when the build of the next language begins
        _parts[:] = named
        config.extra_css = [ONE]


def join(site: Path) -> None:
    """Write the file into a built site, in which its parts are."""
    texts = [(site / name).read_text("utf-8").strip() for name in _parts]
    (site / ONE).write_text("\n\n".join(texts) + "\n", "utf-8")


def minify(assets: Path) -> None:
    """Take out of the styles and scripts in a folder what only people read.

    Raises:
        PayloadError: one of them cannot be read.
    """
    run("minify.mjs", assets)


def unindented(html: str) -> str:
    """A page without the blanks at the beginning of its lines, which templates are full of."""
    parts = _AS_IT_IS.split(html)  # text, element, its tag, text, …
    texts = (re.sub(r"\n\s+", "\n", text) for text in parts[::3])
    return "".join(text + kept for text, kept in zip(texts, [*parts[1::3], ""], strict=True))
