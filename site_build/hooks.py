"""MkDocs hooks: which page is built, its marked numbers, its policy, the drawings' stylesheet."""

import logging
import re
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from recorder.draw import stylesheet
from site_build import downloads, embeds, front, live, rules, search, small, verified
from site_build.claims import ClaimError, check, marks
from site_build.front import FrontError
from site_build.machines.pages import note
from site_build.machines.publish import publish as machines
from site_build.navigation import navigation
from site_build.page import current
from site_build.payload.build import publish
from site_build.payload.making import PayloadError
from site_build.permalinks import building as permalinks
from site_build.permalinks.redirects import RedirectError
from site_build.pictures import publishing, sharing
from site_build.pictures.render import PictureError
from site_build.policy import PolicyError, with_policy
from site_build.recordings import start
from site_build.related import related
from site_build.releases import bar
from site_build.serving import allowing_reload
from site_build.snippets import LANGUAGES, SnippetError
from site_build.summary import parts as summary
from site_build.summary import pdf
from site_build.summary.boxes import SummaryError

logging.getLogger("asyncio").setLevel(logging.ERROR)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Show links to the repository only if REPO_URL says where it is; note the groups of pages."""
    if not config.repo_url:
        config.edit_uri = None
    current.site = config.site_url or "/"
    navigation.read(config)
    small.name_one(config)
    return config


def on_startup(**_: Any) -> None:
    """Play the snippets in a process of its own while MkDocs gets ready."""
    start()


def on_pre_build(config: MkDocsConfig, **_: Any) -> None:
    """Play the snippets that have changed since the last build, in `make serve`."""
    current.aside.clear()
    current.boxes.clear()
    permalinks.begin(config)
    start()


def on_env(env: Environment, config: MkDocsConfig, **_: Any) -> Environment:
    """Keep the compiled templates: Material's take longer to compile than to fill."""
    folder = Path(config.config_file_path).parent / ".cache" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(folder))  # keyed by each template's source
    return env


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Check the front matter and each marked number; add the rules, and what is related."""
    current.file = page.file.src_uri
    current.language = page.file.src_uri.partition("/")[0]
    sections = (name for name in ("versions", "evidence") if f"{{#{name}}}" in markdown)
    current.others = next(sections, "")
    current.root = get_relative_url(_home(), page.url).rstrip("/") + "/"
    current.address = page.canonical_url or ""
    current.cited.clear()
    current.places.clear()
    current.recorded = current.offered = False
    for mark in marks(markdown):
        try:
            check(mark)
        except ClaimError as error:
            raise PluginError(f"docs/{current.file}:{mark.line}: {error}") from error
    return _with_rules(markdown, page) + _framed(page)


def _with_rules(markdown: str, page: Page) -> str:
    """A page with the rules that find its subject as the first line of "Check your own code"."""
    line = rules.bullet(PurePosixPath(page.file.src_uri).stem)
    return re.sub(
        r"^## .+ \{#check-your-code\}\n\n", lambda head: head[0] + line, markdown, flags=re.M
    )


def _framed(page: Page) -> str:
    """What the frame puts at a claim's or a pattern's end; the front matter is checked, too."""
    name = PurePosixPath(page.file.src_uri).stem
    is_claim, is_pattern = name in navigation.claims, name in navigation.apps
    try:
        front.check(dict(page.meta), is_claim=is_claim, is_pattern=is_pattern)
        return related(name) if is_claim or name in navigation.patterns else ""
    except FrontError as error:
        raise PluginError(f"docs/{current.file}: front matter: {error}") from error
    except LookupError as error:
        raise PluginError(f"docs/{current.file}: {error}") from error


def _home() -> str:
    """The address of the home page in the page's language."""
    return "" if current.language == LANGUAGES[0] else f"{current.language}/"


def on_page_content(html: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Say once on a page what its sandboxes cannot do, and when what it says was measured."""
    search.exclude(page)
    if PurePosixPath(page.file.src_uri).stem == summary.PAGE:
        whole = current.put_back(html)
        pdf.note(whole, current.address, current.language, config.site_name)
    html = permalinks.mark(verified.put_into(html), page)
    if "data-from=" in html or "data-versions=" in html:
        html = html.replace("</h1>", "</h1>" + current.set_aside(bar()), 1)
    told = live.limits(get_relative_url(".", page.url)) if " data-story=" in html else ""
    return html + current.set_aside(told) if told else html


@event_priority(-100)
def on_page_context(
    context: dict[str, Any], page: Page, config: MkDocsConfig, **_: Any
) -> dict[str, Any]:
    """Let the search read the page, then put back what was set aside; tell what its head says."""
    search.read(page)
    try:
        page.content = permalinks.finish(current.put_back(page.content or ""), page)
    except RedirectError as error:
        raise PluginError(str(error)) from error
    note(page, config)
    addresses = permalinks.alternates(page, config)
    return {**context, "alternates": addresses, "sharing": sharing.note(page, config)}


@event_priority(-100)  # nothing may change the scripts afterwards
def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Give the page its policy; write the embeds of its listings."""
    try:
        embeds.publish(page, config)
        return small.unindented(with_policy(output, page.content or ""))
    except PolicyError as error:
        raise PluginError(f"docs/{page.file.src_uri}: {error}") from error


@event_priority(-100)
def on_post_template(output_content: str, template_name: str, **_: Any) -> str:
    """Give the 404 page its policy; the other templates are no pages."""
    return with_policy(output_content) if template_name.endswith(".html") else output_content


def on_serve(server: LiveReloadServer, **_: Any) -> LiveReloadServer:
    """Let `make serve` reload a page."""
    server.set_app(allowing_reload(server.serve_request))
    return server


@event_priority(-200)  # after mkdocs-static-i18n has built the other language
def on_post_build(config: MkDocsConfig) -> None:
    """Publish what is no page: styles, rules, patterns, pictures, the browser's Python, search."""
    if config.plugins["i18n"].building:  # type: ignore[attr-defined]  # it is inside the first's
        return
    # Not generated Files: mkdocs-static-i18n wants each file to lie in docs/.
    assets = Path(config.site_dir) / "assets"
    (assets / "timeline.css").write_text(stylesheet(), "utf-8")
    small.join(Path(config.site_dir))
    embeds.publish_sheet(assets)
    file = Path(config.site_dir, rules.FILE)
    file.parent.mkdir(exist_ok=True)
    file.write_text(rules.bundle(config.site_url or "/"), "utf-8")
    try:
        publish(assets)
        downloads.publish(Path(config.site_dir))
        pdf.publish(Path(config.site_dir), LANGUAGES)
        publishing.publish(config)
        search.publish(Path(config.site_dir))
        machines(Path(config.site_dir))
        permalinks.publish(config)  # of files that have moved, too: all others must be there
        small.minify(assets)
    except (PayloadError, PictureError, RedirectError, SnippetError, SummaryError) as error:
        raise PluginError(str(error)) from error
