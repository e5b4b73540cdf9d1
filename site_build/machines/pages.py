"""The pages of the build at hand, as programs get them."""

import hashlib
import os
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from site_build.machines import markdown
from site_build.snippets import LANGUAGES, ROOT

FOLDER = ROOT / ".cache" / "markdown"


@dataclass(frozen=True)
class Written:
    """A built page. `address` is its public one, `folder` where it lies in the site."""

    name: str
    language: str
    address: str
    folder: str
    title: str
    meta: dict[str, Any]
    html: str

    @property
    def description(self) -> str:
        """What it is about, in a sentence or two."""
        return str(self.meta["description"]).strip()

    @cached_property
    def markdown(self) -> str:
        """The page as Markdown; what was made before is kept, since making it takes a while."""
        key = hashlib.sha256("\n".join((_maker(), self.address, self.html)).encode()).hexdigest()
        place = FOLDER / f"{self.language}-{self.name}.md"
        known, _, text = place.read_text("utf-8").partition("\n") if place.is_file() else [""] * 3
        if known == key:
            return text
        text = markdown.markdown(self.html, self.address)
        FOLDER.mkdir(parents=True, exist_ok=True)
        fresh = place.with_name(f"{place.name}.{os.getpid()}")
        fresh.write_text(f"{key}\n{text}", "utf-8")
        fresh.replace(place)  # in one step: another build may be reading
        return text


@dataclass(frozen=True)
class Site:
    """The site in one language: its name, what it is, and its pages by name."""

    name: str
    description: str
    pages: dict[str, Written]

    @property
    def address(self) -> str:
        """Where it begins, with a slash at the end."""
        return self.pages["index"].address


sites: dict[str, Site] = {}


@cache
def _maker() -> str:
    """What decides how a page is written, besides itself."""
    libraries = [metadata.version(name) for name in ("beautifulsoup4", "markdownify")]
    return "\n".join([*libraries, Path(markdown.__file__).read_text("utf-8")])


def note(page: Page, config: MkDocsConfig) -> None:
    """Remember a page whose content is whole."""
    language = page.file.src_uri.partition("/")[0]
    site = Site(config.site_name, str(config.site_description).strip(), {})
    name = PurePosixPath(page.file.src_uri).stem
    sites.setdefault(language, site).pages[name] = Written(
        name=name,
        language=language,
        address=page.canonical_url or "",
        folder=page.url,
        title=str(page.title),
        meta=dict(page.meta),
        html=markdown.lean(page.content or ""),
    )


def is_whole() -> bool:
    """Whether each language has been built: the languages are built one after the other."""
    return set(sites) == set(LANGUAGES)
