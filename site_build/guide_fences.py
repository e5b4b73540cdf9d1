"""The fences that lead a reader to the pages.

```symptoms group="nothing-runs"      the rows of a group of site_build/guide/symptoms.toml
```claims                             all claims and patterns by the groups of the navigation
"""

from typing import Any

from markdown import Markdown
from pymdownx.superfences import SuperFencesException

from site_build.page import current
from site_build.related import claims
from site_build.symptoms import symptoms

_KEYS: dict[str, tuple[str, ...]] = {"symptoms": ("group",), "claims": ()}


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
    options["group"] = inputs.get("group", "")
    return True


def guide(
    source: str, language: str, css_class: str, options: dict[str, Any], md: Markdown, **_: Any
) -> str:
    """Draw it.

    Raises:
        SuperFencesException: it cannot be drawn; pymdownx swallows all other errors.
    """
    try:
        return symptoms(options["group"]) if language == "symptoms" else claims()
    except Exception as error:
        what = f"{error}" if isinstance(error, LookupError) else f"{type(error).__name__}: {error}"
        raise SuperFencesException(f"docs/{current.file}: ```{language}: {what}") from error
