"""The fences of our pages, each written as Markdown and drawn from a run.

    ```python sandbox="sequential_order/wrong"      a listing with its timeline
    ```javascript sandbox="sequential_order/promise_all"
    ```timeline src="mental_model/life"             a timeline alone
    ```question src="sequential_order"              the question to the reader
    ```proof src="sequential_order"                 the tests and the rows that prove the page

A sandbox fence may have `show="section"`: that section is shown first, the whole file on demand.
Under the first of a pattern stands the link to its download.
What stands inside the fence is a numbered list: the annotations of the listing.
"""

import functools
from collections.abc import Callable
from html import escape
from pathlib import PurePosixPath
from typing import Any

from markdown import Markdown
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pymdownx.superfences import SuperFencesException

from evidence.rows import row_of
from recorder.draw import draw
from recorder.expression import ExpressionError
from recorder.transcript import transcribe
from recorder.words import WORDS
from site_build import downloads, live, parts
from site_build.labels import measured_on, word
from site_build.page import current
from site_build.permalinks import places as permalinks
from site_build.recordings import is_recorded, recording, time_scale
from site_build.snippets import Snippet, SnippetError, is_pattern, snippet

_SIGNS = {"wrong": "✗", "right": "✓", "shows": "▸"}
Formatter = Callable[..., str]


def validator(
    language: str,
    inputs: dict[str, str],
    options: dict[str, Any],
    attrs: dict[str, Any],
    md: Markdown,
) -> bool:
    """Take a fence that names a snippet; leave ordinary listings to pymdownx."""
    key = "sandbox" if language in ("python", "javascript") else "src"
    if key == "sandbox" and key not in inputs:
        return False
    options["snippet"] = inputs.get(key)
    options["show"] = inputs.get("show", "")
    surplus = set(inputs) - {key, "show"} if key == "sandbox" else set(inputs) - {key}
    if surplus or not options["snippet"]:
        given = ", ".join(sorted(inputs)) or "nothing"
        raise SuperFencesException(
            f'docs/{current.file}: ```{language} takes {key}="folder/variant", got {given}'
        )
    return True


def fence(render: Callable[[str, str, str], str]) -> Formatter:
    """Make a formatter whose errors stop the build: pymdownx swallows all others."""

    @functools.wraps(render)
    def formatter(
        source: str, language: str, css_class: str, options: dict[str, Any], md: Markdown, **_: Any
    ) -> str:
        try:
            return render(options["snippet"], source, options["show"])
        except Exception as error:
            known = isinstance(error, SnippetError | ExpressionError | LookupError)
            what = f"{error}" if known else f"{type(error).__name__}: {error}"
            raise SuperFencesException(
                f'docs/{current.file}: ```{language} … "{options["snippet"]}": {what}'
            ) from error

    return formatter


@functools.cache  # the same in both languages
def highlighted(source: str, language: str, lines: str = "") -> str:
    """A listing as HTML, in a language's colours; with `lines`, each line has an id, `lines-7`."""
    css = f"language-{language} highlight"
    formatter = HtmlFormatter(wrapcode=True, cssclass=css, linespans=lines)
    return str(highlight(source, get_lexer_by_name(language), formatter))


def _listing(found: Snippet, section: str = "") -> str:
    part = (found.section(section), "") if section else (found.code, permalinks.lines_of(found))
    code = highlighted(part[0], found.language, part[1])
    runs = f" {_version()}" if found.is_live and found.is_python else ""
    title = f'<span class="filename">{escape(found.path.name)}{runs}</span>'
    return code.replace("<pre>", f"{title}<pre>", 1)


def _title(found: Snippet) -> str:
    return word("timeline", label=found.label(current.language))


def _timeline(found: Snippet, bar: str = "", *, has_listing: bool = True) -> str:
    """The picture and the text of a run; a sandbox's `bar` above them says what they show."""
    words = WORDS[current.language]
    recorded = recording(found.id)
    svg = draw(recorded, words, title=_title(found), until=time_scale(found))
    told = zip(recorded.events, transcribe(recorded, words), strict=True)
    places = found.lines_in_code() if has_listing else {}
    rows = "".join(_row(places.get(event.line, 0), sentence) for event, sentence in told)
    how = escape(_how(found))
    plain = found.is_live  # recorded here, which is no news
    shown = "" if plain else f'<p class="measured">{how}</p>'
    hidden = f"<p>{how}</p>" if plain and not bar else ""
    here = permalinks.timeline(found, _title(found))
    return current.set_aside(
        f'{bar}{here}<div class="timeline" tabindex="0" role="group" aria-label="{word("scroll")}">'
        f"{svg}</div>{shown}"
        f'<details class="transcript"><summary aria-label="{word("transcript_of")}">'
        f"{word('transcript')}</summary>"
        f"{hidden}<ol>{rows}</ol></details>"
    )


def _row(line: int, sentence: str) -> str:
    """A sentence of the transcript, with the line of the listing that its event belongs to."""
    place = f' data-line="{line}"' if line else ""
    return f"<li{place}>{escape(sentence)}</li>"


def _how(found: Snippet) -> str:
    if found.is_measured:
        current.cite(row_of(found.id))
        return measured_on(row_of(found.id))
    current.recorded = True
    if found.path.suffix == ".js":
        return word("recorded_js")
    return word("recorded", fastapi=parts.version("fastapi"))


def _head(found: Snippet) -> str:
    kind = found.meta.get("kind")
    badge = f"{_SIGNS[found.verdict]} {word(found.verdict)}"
    what = f'<span class="kind">{word(kind)}</span>' if kind else ""
    label = escape(found.label(current.language))
    return (
        f'<div class="sample-head"><span class="badge">{badge}</span>'
        f'<span class="sample-label">{label}</span>{what}</div>'
    )


def _version() -> str:
    """Which FastAPI a sandbox runs, and where the page tells of others."""
    runs = f"FastAPI {parts.version('fastapi')}"
    if not current.others:
        return f'<span class="runs-with" data-search-exclude>{runs}</span>'
    name = word(f"others_{current.others}", runs=runs)
    link = f'href="#{current.others}" title="{name}" aria-label="{name}"'
    return f'<a class="runs-with" data-search-exclude {link}>{runs}</a>'


def _sandbox(snippet_id: str, source: str, show: str) -> str:
    found = snippet(snippet_id)
    notes = ""
    if source.strip():
        inner = Markdown(extensions=["attr_list"], output_format="html")
        notes = inner.convert(source).replace("<ol>", '<ol class="notes">', 1)
    code = _listing(found)
    if show:
        whole = f"<summary>{word('whole', file=found.path.name)}</summary>{code}"
        aside = current.set_aside(f'<details class="whole">{whole}</details>')
        code = f"{_listing(found, show)}{aside}"
    bar = live.bar(escape(_how(found))) if found.is_live else ""
    drawn = _timeline(found, bar) if is_recorded(found) else ""
    start = f'<live-sandbox class="sample {found.verdict}" data-snippet="{found.id}"'
    start += f"{live.attributes(found, _title(found))}>"
    rest = f"{_head(found)}{code}{notes}{drawn}</live-sandbox>"
    if downloads.page_of(found.name) == PurePosixPath(current.file).stem:
        current.boxes[current.file, found.id] = start + rest
    return start + permalinks.listing(found) + rest + _download(found)


def _download(found: Snippet) -> str:
    """Under the first listing of a pattern's page: the link to the folder."""
    if current.offered or not is_pattern(found.name):
        return ""
    current.offered = True
    return current.set_aside(downloads.link(found.name))


def _timeline_alone(snippet_id: str, source: str, show: str) -> str:
    found = snippet(snippet_id)
    inside = _head(found) + _timeline(found, has_listing=False)
    return f'<div class="sample {found.verdict}">{inside}</div>'


sandbox = fence(_sandbox)
timeline = fence(_timeline_alone)
question = fence(lambda name, source, show: parts.question(name))
proof = fence(lambda name, source, show: parts.proof(name))
