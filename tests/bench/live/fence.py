"""Run by markdown-exec's own Python: prints the HTML of a Pyodide fence with the code given."""

import sys

import markdown  # type: ignore[import-untyped, unused-ignore]
from markdown_exec import formatter, validator  # type: ignore[import-not-found]

FENCE = {"name": "pyodide", "class": "pyodide", "validator": validator, "format": formatter}
# The assets are named in the page: the fence's own are addresses of two content networks.
TEXT = f'```pyodide install="fastapi" assets="no"\n{sys.argv[1]}\n```\n'

print(
    markdown.markdown(
        TEXT,
        extensions=["pymdownx.superfences"],
        extension_configs={"pymdownx.superfences": {"custom_fences": [FENCE]}},
    )
)
