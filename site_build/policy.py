"""The Content-Security-Policy of our pages: what they may load, and which inline scripts may run.

It stands in a `<meta>`, since the guide must be as safe on a host that sets no header. The theme's
inline scripts are allowed by the hashes of what is really in the page; nothing inside the content
is ever allowed, so that a script which slips into a page's text does not run.
"""

from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

PLACE = "@policy@"  # in web/theme/main.html
_HEAD = '<meta http-equiv="Content-Security-Policy" content="'
_DATA = ("application/json", "application/ld+json")  # types of scripts that are data: none runs
_DIRECTIVES = (
    # Styles, too: no style attribute and no style element, drawings use classes. Not 'none', since
    # Firefox fetches the next page ahead, which only this directive can allow.
    "default-src 'self'{origin}",
    "script-src 'self'{origin}{hashes}",
    "img-src 'self' data:",  # data: in our stylesheets and in Material's
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",  # the search field is a form that is never sent
)


class PolicyError(Exception):
    """The page has no place for its policy, or not the content that it should have."""


class _Scripts(HTMLParser):
    """Collects the inline scripts of a page that a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") not in _DATA:
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def source(script: str) -> str:
    """What a policy calls an inline script."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _policy(shell: str, origin: str) -> str:
    parser = _Scripts()
    parser.feed(shell)
    parser.close()
    hashes = "".join(f" {source(script)}" for script in dict.fromkeys(parser.found))
    return "; ".join(_DIRECTIVES).format(hashes=hashes, origin=f" {origin}" if origin else "")


def with_policy(html: str, content: str = "", origin: str = "") -> str:
    """The page with its policy in place; `content` is the part of it that may run no script.

    `origin` is the site's own, for a page that may be shown without one: there some releases of
    WebKit know no 'self'.

    Raises:
        PolicyError: the template has no place for a policy, or the content is not in the page.
    """
    before, found, after = html.partition(content) if content else (html, "", "")
    if content and not found:
        raise PolicyError("the page's content is not in the page as MkDocs rendered it")
    if html.count(_HEAD + PLACE) != 1:
        raise PolicyError(f"web/theme/main.html: the head needs one {_HEAD}{PLACE}")
    return html.replace(PLACE, _policy(before + after, origin), 1)


def allowing(html: str, script: str) -> str:
    """A finished page whose policy allows one more inline script."""
    return html.replace("script-src 'self'", f"script-src 'self' {source(script)}", 1)
