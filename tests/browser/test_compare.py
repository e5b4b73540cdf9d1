"""Compare: wrong and right on one time scale, the promise judged, the code's difference."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.engines import Tab
from tests.browser.puppet import Stage, Stager
from tests.browser.puppet import stage as stage
from tests.browser.sandbox import Sandbox
from tests.browser.server import Served
from tests.browser.test_accessibility import AXE, RUN
from tests.browser.test_sandbox import LANGUAGES, RECORDING, address, button, done, state

WRONG, RIGHT = "sequential_order/wrong", "sequential_order/right"
PANEL = ".compare-panel"


def answer(stage: Stage, holds: bool | None, end: float = 2.0, **more: Any) -> None:
    """Have the engine end its last job, with the promise judged so."""
    recorded: list[Any] = list(RECORDING["events"])  # type: ignore[call-overload]
    events = [*recorded, {**recorded[-1], "at": end}]
    claims = stage.page.evaluate("puppet.jobs.at(-1).job.claims.length")
    told = {"recording": {**RECORDING, "events": events}, "claims": [holds] * claims, **more}
    stage.bring(**done(**told))


def jobs(stage: Stage, count: int) -> list[tuple[str, float]]:
    """What the engine has been given, once it is so many: the file, and where its axis ends."""
    stage.page.wait_for_function("(n) => puppet.jobs.length === n", arg=count)
    told = "puppet.jobs.map(({ job }) => [job.file.split('/').at(-1), job.until])"
    return [(name, until) for name, until in stage.page.evaluate(told)]


def opened(stage: Stage, snippet_id: str = WRONG) -> Locator:
    button(stage.sandbox(snippet_id), "compare").click()
    panel = stage.sandbox(snippet_id).locator(PANEL)
    expect(panel).to_be_visible()
    return panel


def promise(sandbox: Locator) -> Locator:
    """The line that says whether the promise holds in the last run."""
    return sandbox.locator("> .promise")


def compared(stage: Stage) -> Locator:
    """The panel of the wrong listing, once both have been played."""
    panel = opened(stage)
    for count, holds in enumerate((False, True), 1):
        jobs(stage, count)
        answer(stage, holds)
    expect(panel.locator("figure")).to_have_count(2)
    return panel


@LANGUAGES
def test_both_are_shown_with_whether_the_promise_holds(language: str, stage: Stager) -> None:
    made = stage(address(language))
    panel = compared(made)
    assert sorted(name for name, _ in jobs(made, 2)) == ["right.py", "wrong.py"]
    said = {
        "en": ("does not hold, which is what", "✓ It holds", "Promised: “The quickest"),
        "zh": ("没做到，这个例子要说的", "✓ 做到了", "应当做到：“最快的推送"),
    }[language]
    wrong, right = panel.locator("figure").all()
    expect(wrong).to_contain_text(said[0])
    expect(right).to_contain_text(said[1])
    expect(panel).to_contain_text(said[2])
    expect(panel.locator("figure svg")).to_have_count(2)
    for name, sign in (("del", "-"), ("ins", "+")):
        lines = panel.locator(f".difference {name}").all_inner_texts()
        assert lines
        assert all(line.startswith(sign) for line in lines)
    expect(panel.locator("del").first).to_have_text("--- wrong.py")
    ids = made.page.evaluate("[...document.querySelectorAll('svg.tl [id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))


def test_nothing_is_played_twice(stage: Stager) -> None:
    made = stage(address("en"))
    button(made.sandbox(WRONG), "run").click()
    jobs(made, 1)
    answer(made, False)
    state(made.sandbox(WRONG), "done")
    panel = opened(made)
    assert [name for name, _ in jobs(made, 2)] == ["wrong.py", "right.py"]
    answer(made, True)
    expect(panel.locator("figure")).to_have_count(2)
    made.sandbox(WRONG).evaluate("(box) => box.change({ code: 'app = 1\\n' })")
    button(made.sandbox(WRONG), "run").click()
    jobs(made, 3)
    answer(made, True)
    expect(panel.locator("figure").first).to_contain_text("Your version: ✓ It holds")
    expect(panel.locator(".difference")).to_contain_text("-app = 1")
    assert len(jobs(made, 3)) == 3


def test_a_version_that_takes_longer_draws_both_on_its_scale(stage: Stager) -> None:
    made = stage(address("en"))
    until = float(made.sandbox(WRONG).get_attribute("data-until") or 0)
    made.sandbox(WRONG).evaluate("(box) => box.change({ code: 'app = 1\\n' })")
    panel = opened(made)
    assert jobs(made, 1) == [("right.py", until)]
    answer(made, True)
    assert jobs(made, 2)[1] == ("wrong.py", until)
    answer(made, None, end=until + 5)
    assert jobs(made, 3)[2] == ("right.py", until + 5)
    answer(made, True)
    expect(panel.locator("figure").first).to_contain_text("Your version: ? This run cannot tell")


def test_what_cannot_run_is_said_beside_the_other(stage: Stager) -> None:
    made = stage(address("en"))
    panel = opened(made)
    jobs(made, 1)
    answer(made, False)
    jobs(made, 2)
    made.bring(error={"kind": "app", "message": "<b>boom</b>", "traceback": "", "line": 1})
    expect(panel.locator("figure").last).to_contain_text("The app did not start. <b>boom</b>")
    expect(panel.locator("figure svg")).to_have_count(1)


def test_an_engine_that_fails_is_said(stage: Stager) -> None:
    made = stage(address("en"))
    panel = opened(made)
    jobs(made, 1)
    made.fail("network")
    expect(panel.get_by_role("status")).to_contain_text("Check the connection")


def test_closing_gives_the_focus_back_and_forgets_what_comes(stage: Stager) -> None:
    made = stage(address("en"))
    compare = button(made.sandbox(WRONG), "compare")
    panel = opened(made)
    expect(panel).to_be_focused()
    expect(compare).to_have_attribute("aria-expanded", "true")
    made.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(compare).to_be_focused()
    expect(compare).to_have_attribute("aria-expanded", "false")
    jobs(made, 1)
    answer(made, False)
    expect(panel).to_have_count(0)


def test_what_is_not_promised_has_nothing_to_compare(stage: Stager) -> None:
    made = stage(address("en"))
    alone = made.sandbox("sequential_order/task_group")
    expect(button(alone, "run")).to_be_visible()
    expect(button(alone, "compare")).to_have_count(0)


JUDGED = {
    (WRONG, False): ("没做到，这个例子要说的正是这一点", "It does not hold, which is what this"),
    (WRONG, True): ("✓ 做到了。", "✓ It holds."),
    (RIGHT, True): ("✓ 做到了。", "✓ It holds."),
    (RIGHT, False): ("✗ 没做到。", "✗ It does not hold."),
    (RIGHT, None): ("看不出来", "cannot tell"),
}


@LANGUAGES
def test_each_run_is_judged(language: str, stage: Stager) -> None:
    made = stage(address(language))
    for count, ((snippet_id, holds), said) in enumerate(JUDGED.items(), 1):
        sandbox = made.sandbox(snippet_id)
        button(sandbox, "run").click()
        jobs(made, count)
        answer(made, holds)
        state(sandbox, "done")
        expect(promise(sandbox)).to_contain_text(said[language == "en"])
    made.sandbox(RIGHT).evaluate("(box) => box.change({ code: 'app = 1\\n' })")
    button(made.sandbox(RIGHT), "run").click()
    expect(promise(made.sandbox(RIGHT))).to_be_empty()
    jobs(made, len(JUDGED) + 1)
    answer(made, False)
    yours = {"zh": "你的版本：✗ 没做到。", "en": "Your version: ✗ It does not hold."}
    expect(promise(made.sandbox(RIGHT))).to_contain_text(yours[language])


@pytest.mark.verify
@pytest.mark.parametrize("width", [1280, 375])
def test_the_panel_breaks_no_rule_and_fits(width: int, stage: Stager) -> None:
    made = stage(address("en"), viewport={"width": width, "height": 800})
    panel = compared(made)
    made.page.evaluate(AXE.read_text("utf-8"))
    found = made.page.evaluate(RUN)
    assert not found, "\n".join(found)
    assert made.page.evaluate("document.documentElement.scrollWidth") <= width
    assert panel.evaluate("(box) => box.scrollWidth <= box.clientWidth")


MENDED = """(box) => box.change({
  code: document.querySelector('[data-snippet="sequential_order/right"]').original.code })"""


def test_a_readers_mended_version_holds(tab: Tab, watched: Served) -> None:
    tab.open(f"{watched.address}en/sequential-order/")
    box = Sandbox(tab, WRONG)
    tab.wait(f"{box.selector} [data-action=compare]")
    tab.press(f"{box.selector} [data-action=compare]")
    tab.wait(f"{box.selector} figure + figure svg")
    shown = "() => [...document.querySelectorAll('figcaption strong')].map((e) => e.textContent)"
    first = tab.evaluate(shown)
    assert first == ["✗ It does not hold, which is what this listing shows.", "✓ It holds."]
    tab.evaluate(f"() => ({MENDED})(document.querySelector('{box.selector}'))")
    assert box.run() == "done"
    said = f"() => document.querySelector('{box.selector} > .promise').textContent"
    assert tab.evaluate(said).endswith("Your version: ✓ It holds.")
    tab.wait(f"{box.selector} .compare-body > p:last-child")  # there is no difference any more
    assert tab.evaluate(shown) == ["Your version: ✓ It holds.", "✓ It holds."]
    assert tab.wrong() == []
