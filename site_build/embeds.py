"""The embeds: one listing with its sandbox and its timeline, without the frame of the site.

    /embed/<folder>/<variant>/      zh
    /en/embed/<folder>/<variant>/   en

Each is made from what the page of its folder shows, while that page is built. A wiki may show it in
a frame that has no origin and no storage, so it loads classic scripts and nothing else.
"""

import re
from html import escape
from pathlib import Path, PurePosixPath
from string import Template
from urllib.parse import urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from recorder.draw import stylesheet
from site_build.page import current
from site_build.policy import with_policy
from site_build.snippets import LANGUAGES, ROOT, snippet

# What a frame allows: scripts, and the link back. No origin of ours: what runs there needs none.
ALLOWED = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
_PARTS = ROOT / "web" / "embed"
# Of the site's own sheets those that a sandbox needs.
_SHEETS = ("site", "sandbox", "steps", "editor", "share", "compare")
_PLACE = re.compile(r'<div class="place".*?</div>')  # a permalink; what leads back is one link
_NOTE = re.compile(r"((?:#|//) \(\d+\))!")  # which the theme's script takes away, not here


def address(snippet_id: str, language: str) -> str:
    """Where an embed is, below the site's address: `en/embed/sequential_order/right/`."""
    return f"{'' if language == LANGUAGES[0] else f'{language}/'}embed/{snippet_id}/"


def publish(page: Page, config: MkDocsConfig) -> None:
    """Write the embeds of all listings that the page of their own folder shows.

    Raises:
        PolicyError: the template has no place for a policy.
    """
    for (file, snippet_id), box in current.boxes.items():
        if file == page.file.src_uri:
            language = PurePosixPath(file).parts[0]
            where = address(snippet_id, language)
            target = Path(config.site_dir, where, "index.html")
            target.parent.mkdir(parents=True, exist_ok=True)
            alone = _PLACE.sub("", current.put_back(box))
            html = _embed(snippet_id, alone, page, config, where)
            target.write_text(html, "utf-8")


def publish_sheet(assets: Path) -> None:
    """Write the one stylesheet of all embeds into a site's assets."""
    sheets = [_PARTS / "base.css", *(ROOT / f"web/theme/assets/{name}.css" for name in _SHEETS)]
    texts = [sheet.read_text("utf-8") for sheet in sheets]
    (assets / "embed.css").write_text("\n".join([stylesheet(), *texts]), "utf-8")


def _embed(snippet_id: str, box: str, page: Page, config: MkDocsConfig, where: str) -> str:
    language = PurePosixPath(page.file.src_uri).parts[0]
    home = get_relative_url(page.url, where)
    # What leads elsewhere on the page leads there from here, and not into the frame.
    box = box.replace(' href="#', f' target="_blank" rel="noopener" href="{home}#')
    box = _NOTE.sub(r"\1<span hidden>!</span>", box)
    values = {
        "title": f"{snippet(snippet_id).label(language)} - {config.site_name}",
        "language": language,
        "description": str(page.meta.get("description", "")),
        "canonical": page.canonical_url or home,  # a search engine leads there
        "home": home,
        "heading": str(page.title),
        "site": config.site_name,
        "root": get_relative_url(".", where).rstrip("/"),
    }
    told = {key: escape(text) for key, text in values.items()}
    template, scheme = ((_PARTS / name).read_text("utf-8") for name in ("page.html", "scheme.js"))
    html = Template(template).substitute(told, box=box, scheme=scheme)
    return with_policy(html, box, _origin(config.site_url))


def _origin(site_url: str | None) -> str:
    """The site's origin, which some engines do not take for 'self' where a page has none."""
    parts = urlsplit(site_url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
