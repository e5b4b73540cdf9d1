"""The fences that lead a reader to the pages.

```symptoms group="nothing-runs"      the rows of a group of site_build/guide/symptoms.toml
```claims                             all claims and patterns by the groups of the navigation
```rules show="table"                 what finds each claim in a repository; "file": the download
```summary show="claims"              a part of the page `summary`, see site_build/summary/parts.py
"""

from typing import Any

from markdown import Markdown
from pymdownx.superfences import SuperFencesException

from site_build import rules
from site_build.page import current
from site_build.related import claims
from site_build.summary.parts import part
from site_build.symptoms import symptoms

_KEYS: dict[str, tuple[str, ...]] = {
    "symptoms": ("group",),
    "claims": (),
    "rules": ("show",),
    "summary": ("show",),
}


def validator(
    language: str,
    inputs: dict[str, str],
    options: dict[str, Any],
    attrs: dict[str, Any],
    md: Markdown,
) -> bool:
    """Take a fence with its keys.

    Raises:
        SuperFencesException: it has others.
    """
    if tuple(inputs) != _KEYS[language]:
        wanted = ", ".join(_KEYS[language]) or "no key"
        given = ", ".join(sorted(inputs)) or "nothing"
        raise SuperFencesException(
            f"docs/{current.file}: ```{language} takes {wanted}, got {given}"
        )
    options["value"] = next(iter(inputs.values()), "")
    return True


def guide(
    source: str, language: str, css_class: str, options: dict[str, Any], md: Markdown, **_: Any
) -> str:
    """Draw it.

    Raises:
        SuperFencesException: it cannot be drawn; pymdownx swallows all other errors.
    """
    try:
        return _drawn(language, options["value"])
    except Exception as error:
        what = f"{error}" if isinstance(error, LookupError) else f"{type(error).__name__}: {error}"
        raise SuperFencesException(f"docs/{current.file}: ```{language}: {what}") from error


def _drawn(language: str, value: str) -> str:
    if language == "symptoms":
        return symptoms(value)
    if language == "claims":
        return claims()
    if language == "summary":
        return current.set_aside(part(value))  # a search shall find the pages that it quotes
    return {"table": rules.table, "file": rules.download}[value]()
