"""Pages that only lead on: `/c/page/` to the page in the reader's language, a moved one to its new.

c/sequential-order/index.html   to /sequential-order/ or /en/sequential-order/
old/  en/old/  c/old/           to where redirects.toml says that /old/ has gone
"""

import json
import shutil
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template

from site_build.permalinks.redirects import NAME, RedirectError, inside, page_of
from site_build.policy import with_policy
from site_build.snippets import LANGUAGES, ROOT

_NAMES = {"zh": "中文", "en": "English"}
_WEB = ROOT / "web" / "permalinks"


def home(language: str) -> str:
    """The address of a language's home page, below the site's."""
    return "" if language == LANGUAGES[0] else f"{language}/"


@dataclass
class Leads:
    """What leads on in a site: its folder and public address, and the titles of its real pages.

    `titles` are by language and address, `/page/`.
    """

    site: Path
    url: str
    titles: dict[str, dict[str, str]] = field(default_factory=lambda: {x: {} for x in LANGUAGES})

    def publish(self, redirects: dict[str, str]) -> None:
        """Write them all, and the files that have moved.

        Raises:
            RedirectError: what a redirect is for is still there, or what it leads to is not.
        """
        for page in set.intersection(*(set(one) for one in self.titles.values())):
            self._write(f"c{page}", LANGUAGES, page)
        for old, new in redirects.items():
            place = self.site / old.removeprefix("/")
            if "#" in old:
                continue
            if (place / "index.html" if old.endswith("/") else place).is_file():
                raise RedirectError(f"{NAME}: {old} leads to {new}, but it is there; remove one")
            if old.endswith("/"):
                self._moved(old, new, inside(old, redirects))
            else:
                self._copy(new, place)

    def _moved(self, old: str, new: str, gone: dict[str, str]) -> None:
        for language in LANGUAGES:
            self._write(home(language) + old.removeprefix("/"), (language,), new, gone)
        self._write(f"c{old}", LANGUAGES, new, gone)

    def _copy(self, new: str, place: Path) -> None:
        found = self.site / new.removeprefix("/")
        if not found.is_file():
            raise RedirectError(f"{NAME}: {place.name} leads to {new}, which is not there")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(found, place)

    def _write(
        self, path: str, languages: tuple[str, ...], to: str, gone: dict[str, str] | None = None
    ) -> None:
        file = self.site / path / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.html(path, languages, to, gone or {}), "utf-8")

    def html(self, path: str, languages: tuple[str, ...], to: str, gone: dict[str, str]) -> str:
        """The page at `path`, such as `c/page/`, that leads to `to`, `/page/` or `/page/#id`.

        `gone` says where its own ids have gone, if not to `to`.

        Raises:
            RedirectError: there is no such page in each of the languages.
        """
        root, target = "../" * path.count("/"), to.removeprefix("/")
        titles = {x: self._title(x, to) for x in languages}
        hrefs = {x: f"{root}{home(x)}" for x in languages}
        links = "\n    ".join(
            f'<p><a hreflang="{x}" lang="{x}" data-home="{hrefs[x]}" href="{hrefs[x]}{target}">'
            f"{_NAMES[x]}{'：' if x == 'zh' else ': '}{escape(titles[x])}</a></p>"
            for x in languages
        )
        public = f"{self.url}{home(languages[0])}{page_of(target)}"
        filled = Template((_WEB / "leads.html").read_text("utf-8")).substitute(
            lang=languages[0],
            root=root,
            title=escape(" · ".join(titles.values())),
            head=_head(public, f"{hrefs[languages[0]]}{target}" if len(languages) == 1 else ""),
            moved=escape(json.dumps({old: new.removeprefix("/") for old, new in gone.items()})),
            links=links,
            script=(_WEB / "leads.js").read_text("utf-8"),
        )
        return with_policy(filled)

    def _title(self, language: str, to: str) -> str:
        try:
            return self.titles[language][page_of(to)]
        except KeyError as error:
            raise RedirectError(f"{NAME}: {to} is not there in {_NAMES[language]}") from error


def _head(public: str, onward: str) -> str:
    """The canonical address, which search engines keep; and where one without scripts goes on."""
    # With scripts the refresh would overtake them, and lose the heading.
    refresh = f'<meta http-equiv="refresh" content="0; url={onward}">'
    without = (
        f"<noscript>{refresh}</noscript>" if onward else '<meta name="robots" content="noindex">'
    )
    return f'<link rel="canonical" href="{public}">\n    {without}'
