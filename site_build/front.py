"""The front matter of a page: what it is about, and what people search for who need it.

description: one sentence, for search results      every page
symptoms: [ … ]     what a reader sees             each claim and pattern, in the page's language
messages: [ … ]     error messages, verbatim       one that explains some
aliases: [ … ]      other words for it             each claim and pattern, in the page's language
kind: pattern       what kind of page it is        each pattern, and no other page
hide: [toc]         what Material leaves out
"""

from typing import Any

_LISTS = ("symptoms", "messages", "aliases")
KEYS = ("description", *_LISTS, "kind", "hide")
PATTERN = "pattern"


class FrontError(Exception):
    """A front matter that lacks something; the message names the key and the fix."""


def check(meta: dict[str, Any], *, is_claim: bool, is_pattern: bool = False) -> None:
    """Compare a page's front matter with what such a page has.

    Raises:
        FrontError: a key is unknown, is missing, or has another type than it should.
    """
    for key in meta:
        if key not in KEYS:
            raise FrontError(f"there is no key {key!r}; there are: {', '.join(KEYS)}")
    described = meta.get("description")
    if not isinstance(described, str) or not described.strip():
        raise FrontError(
            "needs `description: …`, one sentence for search results, in quotes if it has a colon"
        )
    if meta.get("kind") != (PATTERN if is_pattern else None):
        raise FrontError(
            "needs `kind: pattern`, since its story.toml names `requirements`"
            if is_pattern
            else f"has kind {meta.get('kind')!r}; `kind: pattern` is for the page of a snippet "
            "whose story.toml names `requirements`, and there is no other kind"
        )
    needed = ("symptoms", "aliases") if is_claim or is_pattern else ()
    for key in _LISTS:
        if key in needed or key in meta:
            _check_list(key, meta.get(key))


def _check_list(key: str, value: Any) -> None:
    """`value` must be a list of texts: YAML makes a mapping of one that holds a colon.

    A whole number such as 422 needs no quotes.
    """
    if not isinstance(value, list) or not value:
        raise FrontError(f'needs `{key}:` with a list of texts, `  - "…"`; has {value!r}')
    for number, text in enumerate(value, 1):
        if type(text) is not int and (not isinstance(text, str) or not text.strip()):
            raise FrontError(f'{key}, number {number}: put it in quotes, `  - "…"`; has {text!r}')
