"""Stepping through a timeline: in the picture, in words and in the code; without an engine."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from site_build.recordings import recording
from site_build.snippets import snippet
from tests.browser.puppet import Stage, Stager
from tests.browser.puppet import stage as stage
from tests.browser.test_accessibility import AXE, RUN
from tests.browser.test_sandbox import LANGUAGES, LISTING, address, done, started, state
from tests.conftest import Site
from tests.docs.parsed import embedded

TOUCH: dict[str, Any] = {
    "viewport": {"width": 375, "height": 800},
    "has_touch": True,
    "is_mobile": True,
}
EVENTS = recording(LISTING).events
# Whether the mark stands on the line of the last listing that it is said to be of.
STANDS = """(box, line) => {
  const code = [...box.querySelectorAll(".highlight pre > code")].at(-1);
  const mark = code.parentElement.querySelector(".line-mark");
  if (mark.hidden) return false;
  let place = code.textContent.split("\\n").slice(0, line - 1).join("\\n").length + (line > 1);
  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  let text = walker.nextNode();
  for (; place >= text.length; text = walker.nextNode()) place -= text.length;
  const range = document.createRange();
  range.setStart(text, place);
  range.setEnd(text, place + 1);
  const [has, is] = [range, mark].map((one) => one.getBoundingClientRect());
  return Math.abs((has.top + has.bottom - is.top - is.bottom) / 2) < 2;
}"""
# Of a run: the second event has a shape.
PICTURE = (
    '<svg class="tl" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9">'
    "<title>a</title><desc>b</desc>"
    '<circle class="said" cx="4" cy="4" r="2" data-events="1"/></svg>'
)


def on(sandbox: Locator, action: str) -> Locator:
    return sandbox.locator(f"[data-action={action}]")


def slider(sandbox: Locator) -> Locator:
    return sandbox.locator("input[type=range]")


def rows(sandbox: Locator) -> Locator:
    return sandbox.locator(".transcript ol > li")


def step(sandbox: Locator, number: int) -> None:
    """Expect a step: its sentence, its row, its shapes, and what the slider says."""
    told = rows(sandbox).nth(number - 1).text_content() or ""
    expect(slider(sandbox)).to_have_value(str(number))
    expect(slider(sandbox)).to_have_attribute(
        "aria-valuetext", f"{number} of {len(EVENTS)}: {told}"
    )
    expect(sandbox.locator(".step .sentence")).to_have_text(told)
    expect(sandbox.locator(".transcript [aria-current=step]")).to_have_text(told)
    shapes = sandbox.locator(f".timeline [data-events~='{number - 1}']")
    assert sandbox.locator(".timeline .now").count() == shapes.count() > 0
    assert all(
        "now" in name for name in shapes.evaluate_all("(all) => all.map((e) => [...e.classList])")
    )


def listing(stage: Stager, language: str = "en", **options: Any) -> tuple[Stage, Locator]:
    made = stage(address(language), **options)
    return made, made.sandbox(LISTING)


@pytest.mark.parametrize("options", [{"viewport": {"width": 1280, "height": 800}}, TOUCH])
@LANGUAGES
def test_the_controls_come_without_moving_anything(
    options: dict[str, Any], language: str, stage: Stager
) -> None:
    made, sandbox = listing(stage, language, upgraded=False, **options)
    told = "(all) => all.map((e) => JSON.stringify(e.getBoundingClientRect()))"
    parts = made.page.locator("article :is(.timeline, .transcript, summary, .sample-head, h2)")
    before = parts.evaluate_all(told)
    made.upgrade()
    expect(on(sandbox, "next")).to_be_visible()
    assert parts.evaluate_all(told) == before


def test_each_event_stands_out_in_the_picture_the_text_and_the_code(stage: Stager) -> None:
    _, sandbox = listing(stage)
    code = snippet(LISTING).code.splitlines()
    for number, event in enumerate(EVENTS, 1):
        on(sandbox, "next").click()
        step(sandbox, number)
        excerpt = sandbox.locator(".step code")
        expect(excerpt).to_have_text(f"{event.line}  {code[event.line - 1]}" if event.line else "")
        mark = sandbox.locator(".line-mark")
        expect(mark).to_be_visible(visible=bool(event.line))
        assert sandbox.evaluate(STANDS, event.line) == bool(event.line)
    expect(on(sandbox, "next")).to_have_attribute("aria-disabled", "true")
    on(sandbox, "previous").click()
    step(sandbox, len(EVENTS) - 1)


def test_what_has_not_happened_yet_is_faint_and_all_is_shown_at_the_beginning(
    stage: Stager,
) -> None:
    _, sandbox = listing(stage)
    later = sandbox.locator(".timeline .later")
    on(sandbox, "next").click()
    assert later.count() == sandbox.locator(".timeline [data-events]").count() - 1
    on(sandbox, "previous").click()
    expect(later).to_have_count(0)
    expect(sandbox.locator(".timeline .now")).to_have_count(0)
    expect(sandbox.locator(".line-mark")).to_be_hidden()
    expect(slider(sandbox)).to_have_attribute("aria-valuetext", "All of it")


def test_the_keyboard_alone_steps(stage: Stager) -> None:
    made, sandbox = listing(stage)
    press = made.page.keyboard.press
    sandbox.locator(".timeline").focus()
    press("ArrowRight")
    press("ArrowRight")
    press("ArrowLeft")
    step(sandbox, 1)
    press("Tab")
    expect(on(sandbox, "previous")).to_be_focused()
    press("ArrowRight")
    step(sandbox, 2)
    press("Tab")
    expect(slider(sandbox)).to_be_focused()
    press("End")
    step(sandbox, len(EVENTS))
    press("ArrowLeft")
    step(sandbox, len(EVENTS) - 1)
    press("Tab")
    expect(on(sandbox, "next")).to_be_focused()
    press("Enter")
    step(sandbox, len(EVENTS))
    press("Alt+ArrowLeft")  # the browser's own
    step(sandbox, len(EVENTS))


@LANGUAGES
def test_at_375_pixels_it_fits_and_can_be_touched(language: str, stage: Stager) -> None:
    made, sandbox = listing(stage, language, **TOUCH)
    on(sandbox, "next").tap()
    controls = sandbox.locator(":is(.steps, .step) :is(button, input, select)")
    assert controls.count() == 5
    edge = sandbox.locator("summary").last.bounding_box() or {"x": 0, "width": 0}
    for control in controls.all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44
        assert box["x"] + box["width"] <= 375
    first = controls.first.bounding_box()
    assert first is not None
    assert first["x"] >= edge["x"] + edge["width"]
    assert made.page.evaluate("document.documentElement.scrollWidth") == 375


def test_a_picture_that_scrolls_follows_and_keeps_its_arrow_keys(stage: Stager) -> None:
    made, sandbox = listing(stage, **TOUCH)
    picture = sandbox.locator(".timeline")
    picture.focus()
    made.page.keyboard.press("ArrowRight")
    expect(slider(sandbox)).to_have_value("0")
    place = made.page.evaluate("scrollY")
    slider(sandbox).focus()
    made.page.keyboard.press("End")
    last = sandbox.locator(".timeline .now").first.bounding_box()
    around = picture.bounding_box()
    assert last is not None
    assert around is not None
    assert around["x"] <= last["x"] < around["x"] + around["width"]
    assert abs(made.page.evaluate("scrollY") - place) < 800
    assert made.page.evaluate("scrollX") == 0


def test_a_shape_that_is_pointed_at_is_the_step(stage: Stager) -> None:
    _, sandbox = listing(stage)
    sandbox.locator(".timeline rect[data-events]").last.click()
    step(sandbox, [event.name for event in EVENTS].index("send_push") + 1)


def test_what_a_run_brings_is_stepped_through_anew(stage: Stager) -> None:
    made, _ = listing(stage)
    sandbox = started(made)
    on(sandbox, "next").click()
    made.bring(**done(svg=PICTURE, transcript=["0 s · one", "1 s · two"], lines=[0, 3]))
    state(sandbox, "done")
    expect(slider(sandbox)).to_have_value("0")
    on(sandbox, "next").click()
    on(sandbox, "next").click()
    expect(sandbox.locator(".step .sentence")).to_have_text("1 s · two")
    expect(sandbox.locator(".step code")).to_have_text(
        "3  from fastapi import BackgroundTasks, FastAPI"
    )
    expect(sandbox.locator(".timeline .now")).to_have_count(1)
    assert sandbox.evaluate(STANDS, 3)


def test_the_line_of_an_edited_program_is_quoted_and_not_marked_in_the_original(
    stage: Stager,
) -> None:
    made, sandbox = listing(stage)
    sandbox.evaluate("(box) => box.change({ code: 'a = 1\\nb = 2\\n' })")
    lines = (
        "(box) => { box.addEventListener('sandbox:line', (e) => { box.line = e.detail.line; }); }"
    )
    sandbox.evaluate(lines)
    started(made)
    made.bring(**done(transcript=["0 s · one"], lines=[2]))
    state(sandbox, "done")
    on(sandbox, "next").click()
    expect(sandbox.locator(".step code")).to_have_text("2  b = 2")
    expect(sandbox.locator(".line-mark")).to_be_hidden()
    assert sandbox.evaluate("(box) => box.line") == 2
    sandbox.evaluate("(box) => box.change({ code: 'changed' })")
    on(sandbox, "previous").click()
    on(sandbox, "next").click()
    assert sandbox.evaluate("(box) => box.line") == 0


def test_it_plays_at_the_chosen_speed_and_stops_at_the_end(stage: Stager) -> None:
    made, sandbox = listing(stage)
    made.page.clock.install(time=0)
    made.page.clock.pause_at(60_000)
    expect(slider(sandbox)).to_have_value("0")  # nothing moves by itself
    play = on(sandbox, "play")
    play.click()
    expect(play).to_have_accessible_name(
        "Pause: Three tasks in a queue: the quickest one is sent last"
    )
    step(sandbox, 1)
    made.page.clock.run_for(800)
    step(sandbox, 2)
    sandbox.locator("select").select_option("4")
    made.page.clock.run_for(800)  # as it was begun
    step(sandbox, 3)
    made.page.clock.run_for(200)
    step(sandbox, 4)
    on(sandbox, "next").click()
    expect(play).to_have_accessible_name(
        "Play: Three tasks in a queue: the quickest one is sent last"
    )
    made.page.clock.run_for(60_000)
    step(sandbox, 5)
    sandbox.locator("select").select_option("1")
    play.click()  # at step 5, and goes on to 6: five virtual seconds are not waited for
    step(sandbox, 6)
    on(sandbox, "previous").click()
    made.page.clock.run_for(60_000)
    on(sandbox, "previous").click()
    play.click()
    step(sandbox, 5)
    made.page.clock.run_for(2_400)
    step(sandbox, 5)
    made.page.clock.run_for(100)
    step(sandbox, 6)
    made.page.clock.run_for(60_000)
    step(sandbox, len(EVENTS))
    expect(play).to_have_attribute("data-playing", "false")


def test_a_run_ends_the_playing(stage: Stager) -> None:
    _, sandbox = listing(stage)
    on(sandbox, "play").click()
    on(sandbox, "run").click()
    expect(on(sandbox, "play")).to_have_attribute("data-playing", "false")


@LANGUAGES
def test_what_cannot_be_run_can_be_stepped_through(language: str, stage: Stager) -> None:
    _, sandbox = listing(stage, language)
    script = sandbox.page.locator("[data-snippet='sequential_order/promise_all']")
    on(script, "next").click()
    on(script, "next").click()
    expect(script.locator(".step .sentence")).to_have_text(rows(script).nth(1).text_content() or "")
    expect(script.locator(".line-mark").last).to_be_visible()
    name = {"zh": "下一个事件：", "en": "Next event: "}[language].rstrip("：: ")
    assert (on(script, "next").get_attribute("aria-label") or "").startswith(name)


@LANGUAGES
def test_a_timeline_alone_can_be_stepped_through(language: str, stage: Stager) -> None:
    made = stage("en/" if language == "en" else "")
    box = made.page.locator(".sample")
    on(box, "next").click()
    expect(box.locator(".step .sentence")).to_have_text(rows(box).first.text_content() or "")
    expect(box.locator(".step code")).to_be_hidden()
    expect(box.locator(".timeline .now")).to_have_count(1)


def test_a_page_with_a_timeline_loads_the_script_and_no_other_does(site: Site) -> None:
    for path in set(site.folder.rglob("index.html")) - set(embedded(site.folder)):
        html = path.read_text("utf-8")
        assert html.count("assets/sandbox.") == ('class="transcript"' in html), path


def test_a_section_is_marked_where_it_shows_the_line(stage: Stager) -> None:
    made = stage("en/sequential-order/")
    boxes = made.page.locator("live-sandbox:has(.whole)").all()
    assert boxes
    for box in boxes:
        for n in range(rows(box).count()):
            on(box, "next").click()
            line = rows(box).nth(n).get_attribute("data-line")
            text = box.locator(".step code").text_content() or ""
            assert bool(line) == bool(text)
            shown = box.locator(".highlight").first
            part = shown.locator("pre > code").text_content() or ""
            inside = bool(line) and text.partition("  ")[2] in part
            expect(shown.locator(".line-mark")).to_be_visible(visible=inside)


@pytest.mark.verify
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing_in_a_step(scheme: str, width: int, stage: Stager) -> None:
    size = {"width": width, "height": 800}
    made, sandbox = listing(stage, color_scheme=scheme, viewport=size)
    sandbox.locator(".transcript summary").click()
    for _ in range(3):
        on(sandbox, "next").click()
    step(sandbox, 3)
    made.page.evaluate(AXE.read_text("utf-8"))
    found = made.page.evaluate(RUN)
    assert not found, "\n".join(found)
