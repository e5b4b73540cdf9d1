"""What the page of a pattern has, and in which order, read from its Markdown by pure functions."""

import re
from collections.abc import Iterator

from tests.docs import shape

REQUIRED = ("app", "promises", "what-it-costs", "what-breaks-it", "check-your-code", "evidence")
OPTIONAL = "variations"  # stands before "check-your-code"
_ORDER = (*REQUIRED[:4], OPTIONAL, *REQUIRED[4:])
_HEADING = re.compile(r"^## .*?\{ *#([\w-]+) *\} *$", re.M)


def complaints(page: str, text: str, tests: set[str], commands: list[str]) -> list[str]:
    """What a page lacks, a sentence each, with the fix.

    Args:
        page: its id, in kebab case.
        text: its Markdown.
        tests: the names of the tests in the pattern's test_app.py.
        commands: what its story.toml starts the app with.
    """
    parts = sections(text)
    said = [*_head(page, text), *_order(list(parts))]
    if not said:
        said += _app(page, parts["app"], commands)
        said += _promises(parts["promises"], tests)
        if not _has_fence(parts["evidence"], f'proof src="{_folder(page)}"'):
            said.append(f'{{#evidence}} needs ```proof src="{_folder(page)}"')
    return said


def sections(text: str) -> dict[str, str]:
    """The text of each section of level 2, by its id."""
    blank = shape.FENCE.sub(lambda fence: re.sub(r"[^\n]", " ", fence[0]), text)
    found = list(_HEADING.finditer(blank))
    ends = [*(heading.start() for heading in found[1:]), len(text)]
    return {one[1]: text[one.end() : end] for one, end in zip(found, ends, strict=True)}


def _folder(page: str) -> str:
    return page.replace("-", "_")


def _has_fence(text: str, info: str) -> bool:
    return any(found.startswith(info) for found, _ in shape.fences(text))


def _head(page: str, text: str) -> Iterator[str]:
    if "kind" not in shape.front_matter(text):
        yield "the front matter needs `kind: pattern`"
    titles = [name for level, name in shape.headings(text) if level == 1]
    if titles != [page]:
        yield f"the title's id is the page's: `# … {{#{page}}}`; it is {titles}"
    if '<div class="verdict" markdown>' not in text.partition("\n## ")[0]:
        yield (
            'a box `<div class="verdict" markdown>` before the first section says what a reader '
            "gets, when to use it and when not"
        )


def _order(found: list[str]) -> Iterator[str]:
    for name in REQUIRED:
        if name not in found:
            yield f"there is no section `## … {{#{name}}}`; the order is: {', '.join(_ORDER)}"
    surplus = [name for name in found if name not in _ORDER]
    if surplus:
        yield f"make {{#{surplus[0]}}} a part, `###`, of one of these: {', '.join(_ORDER)}"
    known = [name for name in found if name in _ORDER]
    if known != [name for name in _ORDER if name in known]:
        yield f"the sections stand in another order: {', '.join(known)}; it is {', '.join(_ORDER)}"


def _app(page: str, text: str, commands: list[str]) -> Iterator[str]:
    listing = f'python sandbox="{_folder(page)}/app"'
    if not _has_fence(text, listing):
        yield f"{{#app}} needs ```{listing}, which lists an app that is not live, too"
    listed = "\n".join(body for _, body in shape.fences(text) if isinstance(body, str))
    for command in commands:
        if not re.search(rf"^(\w+=\S* )*{re.escape(command)}$", listed, re.M):
            yield f"{{#app}} needs the command `{command}` of story.toml, in a fence, on its line"


def _promises(text: str, tests: set[str]) -> Iterator[str]:
    table = "".join(line for line in text.splitlines(keepends=True) if line.startswith("|"))
    named = set(re.findall(r"`(test_\w+)`", table))
    if missing := sorted(tests - named):
        yield f"the table of {{#promises}} has no row with `{'`, `'.join(missing)}` of test_app.py"
    if surplus := sorted(named - tests):
        yield f"the table of {{#promises}} names {surplus}, which test_app.py does not have"
    if any(columns != 3 for columns, _ in shape.tables(text)):
        yield "the table of {#promises} has three columns: the promise, the lines, the test"
