"""The fence of the page `choose`, with one key.

```choose part="form"             the questions, which a script shows and answers
```choose part="table"            all rules, as a table
```choose part="scenarios"        the examples, and whether the rules agree with the note
```choose part="checked"          how many combinations there are, and what is tested of them
```choose part="<answer>"         what an answer is, its settings, its reasons
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from markdown import Markdown
from pymdownx.superfences import SuperFencesException

from site_build.choice import Choice, Rule, choice
from site_build.choose_answers import answer
from site_build.choose_words import condition, name, options, told, words
from site_build.markup import box, inline
from site_build.page import current


def validator(
    language: str,
    inputs: dict[str, str],
    options: dict[str, Any],
    attrs: dict[str, Any],
    md: Markdown,
) -> bool:
    """Take a fence with its key.

    Raises:
        SuperFencesException: it has another, or none.
    """
    if list(inputs) != ["part"]:
        given = ", ".join(sorted(inputs)) or "nothing"
        raise SuperFencesException(f"docs/{current.file}: ```choose takes part, got {given}")
    options["part"] = inputs["part"]
    return True


def choose(
    source: str, language: str, css_class: str, options: dict[str, Any], md: Markdown, **_: Any
) -> str:
    """Draw it.

    Raises:
        SuperFencesException: it cannot be drawn; pymdownx swallows all other errors.
    """
    part = options["part"]
    try:
        drawn = choice()
        return _PARTS[part](drawn) if part in _PARTS else answer(drawn, part)
    except Exception as error:
        what = f"{error}" if isinstance(error, LookupError) else f"{type(error).__name__}: {error}"
        raise SuperFencesException(
            f'docs/{current.file}: ```choose part="{part}": {what}'
        ) from error


def form(drawn: Choice) -> str:
    """The questions as a form. It is hidden: without its script it could answer nothing."""
    fields = "".join(_field(question) for question in drawn.declared["questions"])
    data = json.dumps(drawn.data(), ensure_ascii=False).replace("<", "\\u003c")
    said = "".join(f' data-{key}="{words(key)}"' for key in ("settled", "open"))
    return current.set_aside(
        f'<form class="choose" hidden{said}><p class="choose-hint">{words("form")}</p>'
        f'<div class="choose-questions">{fields}</div>'
        '<p class="choose-status" role="status"></p><div class="choose-answer"></div>'
        f'<p class="choose-bar"><button type="reset">{words("again")}</button> '
        f'<a class="choose-link" href="?">{words("link")}</a></p>'
        f'<script type="application/json">{data}</script></form>'
    )


def _field(question: dict[str, Any]) -> str:
    radios = "".join(
        f'<label><input type="radio" name="{question["id"]}" value="{option["id"]}"> '
        f"<span>{told(option)}</span></label>"
        for option in question["options"]
    )
    moot = f'<span class="choose-moot" hidden>{words("moot")}</span>'
    return (
        f'<fieldset data-question="{question["id"]}">'
        f"<legend>{told(question['ask'])} {moot}</legend>{radios}</fieldset>"
    )


def table(drawn: Choice) -> str:
    """All rules: the answer, and what it takes."""
    questions = drawn.declared["questions"]
    heads = "".join(f'<th scope="col">{told(question["short"])}</th>' for question in questions)
    lines = "".join(_line(drawn, rule) for rule in drawn.rules)
    head = f'<thead><tr><th scope="col">{words("answer")}</th>{heads}</tr></thead>'
    return box(f'<table class="evidence choose-table">{head}<tbody>{lines}</tbody></table>')


def _line(drawn: Choice, rule: Rule) -> str:
    cells = "".join(_cell(drawn, rule, question) for question in drawn.options)
    return (
        f'<tr data-rule="{rule.id}"><th scope="row"><a href="#{rule.answer}">'
        f"{name(rule.answer)}</a></th>{cells}</tr>"
    )


def _cell(drawn: Choice, rule: Rule, question: str) -> str:
    all_of, one_of = rule.condition.all_of, rule.condition.one_of
    if question in all_of:
        return f"<td>{options(drawn, question, all_of[question])}</td>"
    if question in one_of:
        text = options(drawn, question, one_of[question])
        is_first = question == next(iter(one_of))
        return f"<td>{text if is_first else words('alternative').format(text=text)}</td>"
    return f'<td class="choose-any">{words("any")}</td>'


def scenarios(drawn: Choice) -> str:
    """The examples: what the note says, what comes out here, and why they differ if they do."""
    heads = "".join(
        f'<th scope="col">{words(key)}</th>' for key in ("case", "ours", "says", "verdict")
    )
    lines = "".join(_scenario(drawn, one) for one in drawn.declared["scenarios"])
    head = f"<thead><tr>{heads}</tr></thead>"
    return box(f'<table class="evidence choose-cases">{head}<tbody>{lines}</tbody></table>')


def _scenario(drawn: Choice, one: dict[str, Any]) -> str:
    rule = drawn.decide(one["given"])
    note = one["note"]
    said = ("both" if note["queue"] else "background_only") if note["background"] else "queue_only"
    differs = words("agree") if one["agrees"] else words("differ") + told(one["why"])
    given = condition(drawn, drawn.condition({"when": one["given"]}, f"scenario {one['line']}"))
    return (
        f'<tr><th scope="row">{told(one)} <a class="reason" href="?{urlencode(one["given"])}">'
        f'{given}</a></th><td><a href="#{rule.answer}">{name(rule.answer)}</a></td>'
        f"<td>{words(said)}</td><td>{differs}</td></tr>"
    )


def checked(drawn: Choice) -> str:
    """How many questions, combinations and rules there are, and what a test says of them."""
    numbers = {
        "questions": len(drawn.options),
        "combinations": sum(1 for _ in drawn.combinations()),
        "rules": len(drawn.rules),
    }
    return (
        f"<p>{inline(drawn.declared['words']['checked'][current.language].format(**numbers))}</p>"
    )


_PARTS: dict[str, Callable[[Choice], str]] = {
    "form": form,
    "table": table,
    "scenarios": scenarios,
    "checked": checked,
}
