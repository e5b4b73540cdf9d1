"""The parts of a claim's page that are made from its story and its tests."""

import ast
import functools
import re
from html import escape
from importlib import metadata

from evidence.rows import every
from recorder.expression import evaluate
from site_build.groups import natural
from site_build.labels import word
from site_build.page import current
from site_build.recordings import recording
from site_build.snippets import ROOT, SnippetError, is_pattern, snippet, story
from site_build.verified import PLACE

version = functools.cache(metadata.version)  # it reads a file each time


def question(name: str) -> str:
    """The claim's question, its choices, and the answer that the recording gives, with its reason.

    The page's script has the reader choose, plays the snippet, and compares.

    Raises:
        SnippetError: the story has no whole question, or not exactly one choice holds.
    """
    language = current.language
    try:
        question = story(name)["question"]
        ask, why = (question[key][language] for key in ("ask", "why"))
        variant, choices = question["variant"], question["choices"]
        answers = [(choice[language], choice["if"]) for choice in choices]
    except KeyError as error:
        raise SnippetError(
            f"snippets/{name}/story.toml: [question] needs variant, ask and why with zh and en, "
            f"and choices with zh, en and if; missing: {error}"
        ) from error
    true = _true(name, variant, answers)
    says = word("measured_says" if snippet(f"{name}/{variant}").is_measured else "recording_says")
    items = "".join(f'<li data-if="{escape(test)}">{escape(text)}</li>' for text, test in answers)
    return (
        f'<div class="guess" data-question="{escape(name)}" data-variant="{escape(variant)}">'
        f'<p class="guess-head">{word("question")}</p><p class="guess-ask">{escape(ask)}</p>'
        f'<ul>{items}</ul><div class="guess-bar"></div>'
        f"<details><summary>{word('answer')}</summary><p>{says} "
        f'<strong>{escape(true)}</strong></p><p class="guess-why">{escape(why)}</p></details></div>'
    )


def _true(name: str, variant: str, answers: list[tuple[str, str]]) -> str:
    """The one choice that holds."""
    recorded = recording(f"{name}/{variant}")
    true = [text for text, condition in answers if evaluate(condition, recorded) is True]
    if len(true) != 1:
        raise SnippetError(
            f"snippets/{name}/story.toml: exactly one choice must hold in the recording of "
            f"{variant}, these do: {true}"
        )
    return true[0]


def proof(name: str) -> str:
    """The claim's tests and rows of evidence, with the day and the versions they were checked with.

    Raises:
        SnippetError: the claim has no test file, or its story no date.
    """
    file = f"tests/snippets/test_{name}.py"
    if not (ROOT / file).is_file():
        raise SnippetError(f"there is no {file}")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    tests = [
        node.name.removeprefix("test_").replace("_", " ")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    items = "".join(f'<li lang="en">{escape(test)}</li>' for test in tests)
    checked = str(story(name).get("verified", ""))
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", checked):
        raise SnippetError(f"snippets/{name}/story.toml: needs verified = 2026-01-31, a date")
    if story(name).get("verified_with") != version("fastapi"):
        raise SnippetError(
            f"snippets/{name}/story.toml: verified_with is not FastAPI {version('fastapi')}, which "
            "is installed; read the page against its runs, then set it and the day in verified"
        )
    what = word("proof_breaks" if is_pattern(name) else "proof_tests")
    return (
        f'<div class="proof">{PLACE}<p>{word("proof_read", date=checked)} '
        f"{what}</p><ul>{items}</ul>"
        f"<p>{word('proof_file')}<code>{file}</code></p>{_rows(name.replace('_', '-'))}</div>"
    )


def _rows(claim: str) -> str:
    """The rows of evidence that belong to a claim, each a link to what was measured."""
    found = sorted((r for r in every().values() if r.claim == claim), key=lambda r: natural(r.id))
    items = "".join(
        f'<li id="evidence-{row.id}"><a href="{current.cite(row.id)}">'
        f"{escape(row.question[current.language])}</a></li>"
        for row in found
    )
    head = f"<summary>{word('proof_rows', n=str(len(found)))}</summary>"
    rows = f'<details class="rows">{head}<ul>{items}</ul></details>'
    return current.set_aside(rows) if found else ""
