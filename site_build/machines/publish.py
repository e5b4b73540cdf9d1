"""Writes what programs read into the built site."""

from pathlib import Path

from site_build.machines.data import claims
from site_build.machines.feed import feed
from site_build.machines.llms import full, index
from site_build.machines.pages import Written, is_whole, sites
from site_build.machines.words import WORDS


def publish(site_dir: Path) -> None:
    """Write all files, once the pages of each language are there; then forget the pages."""
    if not is_whole():
        return
    for site in sites.values():
        for page in site.pages.values():
            _write(site_dir / page.folder / "index.md", _page(page))
        folder = site_dir / site.pages["index"].folder
        _write(folder / "llms.txt", index(site))
        _write(folder / "llms-full.txt", full(site))
        _write(folder / "feed.xml", feed(site))
    _write(site_dir / "claims.json", claims(sites))
    sites.clear()


def _page(page: Written) -> str:
    """The page with its address under the title, so that a copy tells where it is from."""
    title, _, rest = page.markdown.partition("\n")
    return f"{title}\n\n{WORDS[page.language]['from']}<{page.address}>\n{rest}"


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8", newline="\n")
