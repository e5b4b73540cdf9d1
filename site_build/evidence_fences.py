"""The fences that show what was measured, each with one key.

```evidence rows="queues"        all rows of a part, as the page `evidence` has them
"""

from collections.abc import Callable
from typing import Any

from markdown import Markdown
from pymdownx.superfences import SuperFencesException

from site_build.evidence_page import rows_of
from site_build.page import current
from site_build.releases import releases
from site_build.tables import table

_DRAWN: dict[str, Callable[[str], str]] = {"rows": rows_of, "table": table, "releases": releases}


def validator(
    language: str,
    inputs: dict[str, str],
    options: dict[str, Any],
    attrs: dict[str, Any],
    md: Markdown,
) -> bool:
    """Take a fence with one of the keys.

    Raises:
        SuperFencesException: it has none of them, or others, too.
    """
    if len(inputs) != 1 or not set(inputs) <= set(_DRAWN):
        given = ", ".join(sorted(inputs)) or "nothing"
        raise SuperFencesException(
            f"docs/{current.file}: ```evidence takes one of {', '.join(_DRAWN)}, got {given}"
        )
    options["asked"] = next(iter(inputs.items()))
    return True


def evidence(
    source: str, language: str, css_class: str, options: dict[str, Any], md: Markdown, **_: Any
) -> str:
    """Draw it.

    Raises:
        SuperFencesException: it cannot be drawn; pymdownx swallows all other errors.
    """
    key, name = options["asked"]
    try:
        return _DRAWN[key](name)
    except Exception as error:
        what = f"{error}" if isinstance(error, LookupError) else f"{type(error).__name__}: {error}"
        raise SuperFencesException(
            f'docs/{current.file}: ```evidence {key}="{name}": {what}'
        ) from error
