"""What the page `choose` says of an answer: what it is, how to set it up, why, where to go on."""

import json
import re
from typing import Any

from evidence.rows import row
from site_build.choice import Choice, ChoiceError
from site_build.choose_words import condition, told, words
from site_build.claims import ClaimError, Mark, check
from site_build.headings import NoPlaceError, place
from site_build.labels import measured_on
from site_build.markup import inline
from site_build.measured import row_for
from site_build.page import current
from site_build.values import plain

_VALUE = re.compile(r"\{(\w+)\}")


def answer(drawn: Choice, of: str) -> str:
    """An answer's part of the page.

    Raises:
        ChoiceError: there is no such answer, or what a reason rests on is not so.
        NoPlaceError: a page that it leads to is not there.
    """
    if of not in drawn.declared["answers"]:
        known = ", ".join(drawn.declared["answers"])
        raise ChoiceError(f"there is no answer {of!r}; there are: {known}")
    declared = drawn.declared["answers"][of]
    settings = "".join(_setting(drawn, one, of) for one in declared["settings"])
    reasons = "".join(_reason(drawn, one, of) for one in _reasons(drawn, of))
    return (
        f'<div class="choice" data-answer="{of}"><p class="choice-what">{told(declared)}</p>'
        f'<div class="choice-settings"><p>{words("settings")}</p><ul>{settings}</ul></div>'
        f'<div class="choice-reasons"><p>{words("since")}</p><ul>{reasons}</ul></div>'
        f'<p class="choice-links">{_links(declared)}</p></div>'
    )


def _reasons(drawn: Choice, of: str) -> list[str]:
    """The reasons of all rules that give an answer, each once."""
    rules = [rule for rule in drawn.rules if rule.answer == of]
    return list(dict.fromkeys(name for rule in rules for name in rule.reasons))


def _setting(drawn: Choice, one: dict[str, Any], of: str) -> str:
    holds = drawn.condition(one, f"a setting of {of}")
    attribute, lead = "", ""
    if holds.all_of:
        attribute = f" data-when='{json.dumps(holds.all_of)}'"
        lead = f'<span class="choice-if">{condition(drawn, holds)}</span> '
    return f"<li{attribute}>{lead}{_rested(one, f'a setting of {of}')}</li>"


def _reason(drawn: Choice, name: str, of: str) -> str:
    """A reason, with its condition where some rules that give the answer do not need it."""
    declared = drawn.declared["reasons"][name]
    rules = [rule for rule in drawn.rules if rule.answer == of]
    needs_lead = any(name not in rule.reasons for rule in rules)
    words_for_it = condition(drawn, drawn.reason(name)) if needs_lead else ""
    lead = f'<span class="choice-if">{words_for_it}</span> ' if needs_lead else ""
    address, title = place(declared["to"])
    return (
        f'<li data-reason="{name}">{lead}{_rested(declared, f"reason {name}")} '
        f'<a class="told" href="{address}">{inline(title)}</a></li>'
    )


def _rested(of: dict[str, Any], where: str) -> str:
    """A text of ours, in which `{key}` is a value of the first row, with the rows it rests on."""
    rests = of.get("rests", [])
    for claim in rests:
        _hold(claim, where)
    rows = [found for claim in rests if (found := row_for(claim.partition(" ")[0]))]
    text = of[current.language]
    if rows:
        text = _VALUE.sub(lambda key: plain(key[1], row(rows[0]).result[key[1]]), text)
    return inline(text) + _evidence(rows)


def _hold(claim: str, where: str) -> None:
    """Compare what something rests on with what was recorded or measured."""
    try:
        check(Mark("", claim, 0))
    except (ClaimError, LookupError) as error:
        raise ChoiceError(f"{where} rests on {claim!r}: {error}") from error


def _evidence(rows: list[str]) -> str:
    """Links to rows; a recorded run has none, and stands on the page that is linked."""
    links = [
        f' <a class="claim" data-evidence="{row_id}" href="{current.cite(row_id)}" '
        f'title="{measured_on(row_id)}">{number if number > 1 else words("measured")}</a>'
        for number, row_id in enumerate(dict.fromkeys(rows), 1)
    ]
    return "".join(links)


def _links(declared: dict[str, Any]) -> str:
    """The patterns to copy, as far as they are there, and the pages that prove it."""
    copied = [_link(page) for page in declared["patterns"] if _is_there(page)]
    proved = [_link(page) for page in declared["proof"]]
    said = [words("copy") + words("list").join(copied)] if copied else []
    return "<br>".join([*said, words("more") + words("list").join(proved)])


def _link(page: str) -> str:
    address, title = place(page)
    return f'<a href="{address}">{inline(title)}</a>'


def _is_there(page: str) -> bool:
    try:
        place(page)
    except NoPlaceError:
        return False
    return True
