"""The groups that the navigation has: mkdocs.yml's `nav` says which page belongs to which.

A group holds claims, or it holds patterns.
"""

from dataclasses import dataclass
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from site_build import snippets

# The group that holds this page is the reference; what stands in the others are claims or patterns.
_REFERENCE = "evidence"


@dataclass(frozen=True)
class Group:
    """A section of the navigation: its title in each language, and the ids of its pages."""

    titles: dict[str, str]
    pages: list[str]


def _translated(title: str, translations: dict[str, str] | None) -> str:
    return translations.get(title, title) if translations else title


class Navigation:
    """The groups of the site at hand; `read` is called before a build."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self.sections: list[Group] = []  # the groups, and the reference
        self.first: list[str] = []  # the pages above all sections
        self._apps: set[str] | None = None  # all stories have to be read for it

    def read(self, config: MkDocsConfig) -> None:
        """Take the groups of claims and of patterns from the configuration, in its order."""
        languages = config.plugins["i18n"].config.languages
        nav: list[Any] = config.nav or []
        sections = [pair for entry in nav if isinstance(entry, dict) for pair in entry.items()]
        found = [
            Group(
                {one.locale: _translated(title, one.nav_translations) for one in languages},
                [str(page).removesuffix(".md") for page in pages],
            )
            for title, pages in sections
            if isinstance(pages, list)
        ]
        self.sections = found
        self.first = [str(page).removesuffix(".md") for page in nav if isinstance(page, str)]
        self.groups = [group for group in found if _REFERENCE not in group.pages]
        self._apps = None

    @property
    def claims(self) -> list[str]:
        """The ids of all pages that make a claim, in the navigation's order."""
        return [page for page in self._pages if page not in self.apps]

    @property
    def patterns(self) -> list[str]:
        """The ids of all pages with an app to copy, in the navigation's order."""
        return [page for page in self._pages if page in self.apps]

    @property
    def _pages(self) -> list[str]:
        return [page for group in self.groups for page in group.pages]

    @property
    def apps(self) -> set[str]:
        """The ids of all apps to copy, whether the navigation has their pages or not."""
        if self._apps is None:
            self._apps = {name.replace("_", "-") for name in snippets.patterns()}
        return self._apps


navigation = Navigation()
