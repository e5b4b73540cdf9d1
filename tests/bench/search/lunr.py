"""Makes Material's own index, cut by jieba; it runs in an environment of its own.

stdin: a JSON list of {"url": …, "title": …, "html": …}; stdout: search_index.json.
"""

import json
import sys
from types import SimpleNamespace

from material.plugins.search.plugin import (  # type: ignore[import-untyped]  # as the theme is
    SearchIndex,
    jieba,
)


def main() -> None:
    """Index the pages as the plugin does, with what its documentation gives for Chinese."""
    if jieba is None:
        raise SystemExit("jieba is not there: Material would index Chinese uncut, without a word")
    index = SearchIndex(
        lang=["en", "zh"],
        separator=r"[\s\u200b\-]",
        pipeline=["stemmer"],
        fields={"title": {"boost": 1e3}, "text": {"boost": 1e0}, "tags": {"boost": 1e6}},
    )
    for page in json.load(sys.stdin):
        told = SimpleNamespace(
            url=page["url"], title=page["title"], content=page["html"], meta={}, toc=[]
        )
        index.add_entry_from_context(told)
    print(index.generate_search_index(None))


main()
