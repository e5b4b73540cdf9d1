"""All our stylesheets as one file: each of them would be a request before a page is shown."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

ONE = "assets/all.css"
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
