"""What the build does for permanent addresses: called by the hooks, in this order."""

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from site_build.page import current
from site_build.permalinks import places
from site_build.permalinks.leads import Leads, home
from site_build.permalinks.redirects import moved
from site_build.snippets import LANGUAGES

_OTHERS = "en"  # who reads none of our languages is likelier to read this one
_titles: dict[str, dict[str, str]] = {}


def begin(config: MkDocsConfig) -> None:
    """Forget the pages of an earlier build."""
    plugin: Any = config.plugins["i18n"]
    if not plugin.building:  # it builds the further languages inside the first
        _titles.update({language: {} for language in LANGUAGES})


def mark(html: str, page: Page) -> str:
    """A page with a permalink at each place; its title is kept for what leads to it."""
    _titles[current.language][_address(page)] = page.title or ""
    return places.with_places(html)


def finish(html: str, page: Page) -> str:
    """A page, whole, with the ids that it has had.

    Raises:
        RedirectError: redirects.toml is wrong about one of them.
    """
    return places.with_moved(html, _address(page), moved())


def alternates(page: Page, config: MkDocsConfig) -> list[tuple[str, str]]:
    """Each language of a page with its public address; `x-default` for all other readers."""
    here = _address(page).removeprefix("/")
    found = {language: f"{config.site_url}{home(language)}{here}" for language in LANGUAGES}
    return [*found.items(), ("x-default", found[_OTHERS])]


def publish(config: MkDocsConfig) -> None:
    """Write the pages that only lead on, and the files that have moved, after the last language.

    Raises:
        RedirectError: redirects.toml is wrong about one of them.
    """
    Leads(Path(config.site_dir), config.site_url or "/", _titles).publish(moved())


def _address(page: Page) -> str:
    """A page's address without its language: `/page/`."""
    below = page.url.removeprefix("./")
    language = page.file.src_uri.partition("/")[0]
    return f"/{below.removeprefix(home(language))}"
