"""Each built page carries a Content-Security-Policy that fits it, and allows no more."""

import logging
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

import pytest
from mkdocs.livereload import LiveReloadServer

from site_build.policy import PLACE, PolicyError, with_policy
from site_build.serving import allowing_reload
from tests.conftest import Site
from tests.docs.parsed import Element, Page, parse

META = f'<meta http-equiv="Content-Security-Policy" content="{PLACE}">'
LOADS = ("script", "link", "style", "img", "iframe")


def policy(page: Page) -> str:
    (found,) = [
        e.attrs["content"]
        for e in page.all("meta")
        if e.attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    return found


def directives(page: Page) -> dict[str, list[str]]:
    split = (directive.split() for directive in policy(page).split(";"))
    return {name: sources for name, *sources in split}


def digest(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def inline_scripts(page: Page) -> list[Element]:
    return [e for e in page.all("script") if "src" not in e.attrs and "type" not in e.attrs]


def test_it_stands_before_everything_that_loads(pages: list[Page]) -> None:
    for page in pages:
        tags = ["http-equiv" in e.attrs or e.tag for e in page.elements]
        before = tags[: tags.index(True)]
        assert not {*LOADS} & {*before}, f"{page.name}: {before}"


def test_it_allows_the_pages_inline_scripts_and_no_others(pages: list[Page]) -> None:
    for page in pages:
        scripts = {digest(script.text) for script in inline_scripts(page)}
        assert scripts, "Material has some; if it has none now, so much the better: mend this test"
        assert set(directives(page)["script-src"]) == {"'self'", *scripts}, page.name


def test_it_names_no_other_host_and_nothing_unsafe(pages: list[Page]) -> None:
    for page in pages:
        allowed = directives(page)
        del allowed["script-src"]
        assert allowed == {
            "default-src": ["'self'"],
            "img-src": ["'self'", "data:"],
            "object-src": ["'none'"],
            "base-uri": ["'none'"],
            "form-action": ["'none'"],
        }


def test_no_page_has_what_its_policy_refuses(pages: list[Page]) -> None:
    refused = [
        f"{page.name}: <{e.tag} {name}={value!r}>"
        for page in pages
        for e in page.elements
        for name, value in e.attrs.items()
        if name == "style" or name.startswith("on") or value.startswith("javascript:")
    ]
    refused += [f"{page.name}: <style>" for page in pages for _ in page.all("style")]
    assert not refused, "use a class and web/theme/assets/site.css or site.js"


def test_a_script_in_the_content_of_a_page_is_not_allowed() -> None:
    content = "<p>text</p><script>injected()</script>"
    html = f"<head>{META}<script>theme()</script></head><body>{content}</body>"
    page = parse("page", with_policy(html, content))
    assert digest("theme()") in policy(page)
    assert digest("injected()") not in policy(page)


@pytest.mark.parametrize("kind", ["", 'type="module"', 'type="importmap"', 'nonce="x"'])
def test_a_script_of_any_kind_that_runs_is_allowed(kind: str) -> None:
    page = parse("page", with_policy(f"{META}<script {kind}>a < b && '</p>'</script>"))
    assert directives(page)["script-src"] == ["'self'", digest("a < b && '</p>'")]


@pytest.mark.parametrize("attributes", ['type="application/json"', 'src="a.js"'])
def test_data_and_files_need_no_hash(attributes: str) -> None:
    page = parse("page", with_policy(f"{META}<script {attributes}>{{}}</script>"))
    assert directives(page)["script-src"] == ["'self'"]


@pytest.mark.parametrize("html", ["<p>text</p>", f"{META}{META}<p>text</p>", META])
def test_a_page_without_a_place_or_without_its_content_is_an_error(html: str) -> None:
    with pytest.raises(PolicyError):
        with_policy(html, "<p>text</p>")


def test_the_script_that_make_serve_adds_is_allowed(site: Site, tmp_path: Path) -> None:
    logging.getLogger("mkdocs.livereload").setLevel(logging.ERROR)
    with LiveReloadServer(lambda: None, "127.0.0.1", 0, root=str(site.folder)) as server:
        server.watch(str(tmp_path))  # without a watched folder it adds none
        told: list[Headers] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], None]:
            told.append(Headers(headers))
            return lambda data: None

        body = b"".join(allowing_reload(server.serve_request)({"PATH_INFO": "/"}, start))
    page = parse("index.html", body.decode())
    *_, added = inline_scripts(page)
    assert "livereload" in added.text
    assert digest(added.text) in directives(page)["script-src"]
    assert told[0]["Content-Length"] == str(len(body))
