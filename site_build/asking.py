"""What people ask who need a page, besides what its front matter says.

site_build/guide/asked.toml has it by page: `[sequential-order]`, with `zh = ["…"]` and `en =
["…"]`, each a few words as somebody types them who does not know the page's own.
"""

import tomllib
from functools import cache

from site_build.snippets import ROOT
from site_build.symptoms import rows

FILE = ROOT / "site_build" / "guide" / "asked.toml"


@cache
def _read(changed: int) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text("utf-8"))


def asked(page: str, language: str) -> list[str]:
    """What is typed by those who need a page."""
    return _read(FILE.stat().st_mtime_ns).get(page, {}).get(language, [])


def pages() -> list[str]:
    """The pages that asked.toml has something of."""
    return list(_read(FILE.stat().st_mtime_ns))


def seen(page: str, language: str) -> list[str]:
    """What the page `symptoms` leads to a page by, without its backticks; messages, too."""
    found = (row for group in rows().values() for row in group)
    here = [row for row in found if row["to"].partition("#")[0] == page]
    texts = [row["message"] if "message" in row else row["see"][language] for row in here]
    return [text.replace("`", "") for text in texts]
