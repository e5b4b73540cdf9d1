"""A sandbox as the reader sees it: its states, what they show and say; without an engine."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from site_build.live import BUDGET
from site_build.snippets import snippet
from tests.browser.puppet import Stage, Stager
from tests.browser.puppet import stage as stage
from tests.browser.puppet import stages as stages

PAGE, LISTING = "sequential-order/", "sequential_order/wrong"
OTHERS = [f"sequential_order/{name}" for name in ("right", "wrong_def", "right_blocking")]
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
RECORDING = {
    "format": 1,
    "events": [
        {"at": 0.0, "kind": "request.sent", "visitor": "ann", "name": "", "text": "POST /a"},
        {"at": 0.5, "kind": "response.finished", "visitor": "ann", "name": "", "text": "200"},
        {"at": 0.5, "kind": "print", "visitor": "ann", "name": "", "text": "hello"},
        {"at": 2.0, "kind": "task.failed", "visitor": "ann", "name": "pay", "text": "OSError"},
    ],
    "responses": [{"visitor": "ann", "status": 200, "headers": [], "body": '{"a":1}'}],
    "printed": "hello\n",
}
PICTURE = (
    '<svg class="tl" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9">'
    "<title>Fresh</title><desc>told</desc><text>drawn here</text></svg>"
)
TRACEBACK = 'File "/x/load.py", line 3\n  File "/app/wrong.py", line 3, in f\n    boom()\nOops'
EVIL = "<img src=x onerror=alert(1)>"
# How each error of an engine ends, and what of it is said in both languages.
CODES = {
    "unsupported": ("unavailable", "不能安全地运行", "cannot run Python safely"),
    "network": ("failed", "检查网络", "Check the connection"),
    "damaged": ("failed", "文件损坏", "arrived damaged"),
    "crashed": ("failed", "意外退出", "ended by itself"),
    "silent": ("failed", "没有回应", "stopped answering"),
    "flooded": ("failed", "太多", "more than a page can take"),
    "something-new": ("failed", "沙箱自己出错", "sandbox itself failed"),
}
KINDS = {
    "app": ("failed", "应用没能启动", "app did not start"),
    "deadlock": ("failed", "死锁", "Deadlock"),
    "budget": ("failed", "死循环", "endless loop"),
    "stopped": ("stopped", "你停止了", "You stopped it"),
    "story": ("failed", "请求发不出去", "cannot be sent"),
    "internal": ("failed", "沙箱自己出错", "sandbox itself failed"),
}


def part(sandbox: Locator, name: str) -> Locator:
    return sandbox.locator(f"[data-part={name}]")


def button(sandbox: Locator, action: str) -> Locator:
    return sandbox.locator(f"[data-action={action}]")


def address(language: str) -> str:
    return f"{'en/' if language == 'en' else ''}{PAGE}"


def state(sandbox: Locator, name: str) -> None:
    expect(sandbox).to_have_attribute("data-state", name)


def started(stage: Stage, snippet_id: str = LISTING) -> Locator:
    """The sandbox of a listing once Run is pressed and the engine has its job."""
    before = stage.jobs()
    sandbox = stage.sandbox(snippet_id)
    button(sandbox, "run").click()
    stage.page.wait_for_function("(n) => puppet.jobs.length > n", arg=before)
    return sandbox


def done(**more: Any) -> dict[str, Any]:
    """What an engine brings for a run with a recording."""
    return {"recording": RECORDING, "svg": PICTURE, "transcript": ["0 s · fresh"], **more}


def boxes(stage: Stage) -> list[Any]:
    told = "(all) => all.map((e) => JSON.stringify(e.getBoundingClientRect()))"
    return list(stage.page.locator("article .timeline, article h2").evaluate_all(told))


@pytest.mark.parametrize("width", [1280, 375])
def test_the_button_comes_without_moving_anything(width: int, stage: Stager) -> None:
    made = stage(address("en"), upgraded=False, viewport={"width": width, "height": 800})
    sandbox = made.sandbox(LISTING)
    expect(button(sandbox, "run")).to_have_count(0)
    before = boxes(made)
    made.upgrade()
    state(sandbox, "idle")
    expect(button(sandbox, "run")).to_be_visible()
    assert boxes(made) == before


def test_without_javascript_there_is_no_button_and_no_room_for_one(stage: Stager) -> None:
    made = stage(address("en"), upgraded=False, java_script_enabled=False)
    bar = made.sandbox(LISTING).locator(".run-bar")
    expect(made.page.locator("article button")).to_have_count(0)
    expect(made.page.locator(".sandbox-limits")).to_be_hidden()
    left = "(bar) => bar.firstElementChild.offsetLeft - bar.offsetLeft"
    assert bar.evaluate(left) == pytest.approx(16, abs=4)


def test_what_is_not_live_has_no_button(stage: Stager) -> None:
    sandbox = stage("when-to-use-a-queue/").sandbox("when_to_use_a_queue/wrong")
    expect(sandbox).to_be_visible()
    expect(button(sandbox, "run")).to_have_count(0)


@pytest.mark.parametrize(
    ("page", "snippet_id"),
    [(PAGE, LISTING), ("response-immutable/", "response_immutable/right_webhook")],
    ids=["plain", "a part is shown, and annotated"],
)
def test_the_engine_gets_the_whole_file_and_its_story(
    page: str, snippet_id: str, stage: Stager
) -> None:
    made = stage(f"en/{page}")
    started(made, snippet_id)
    found = snippet(snippet_id)
    requests = found.meta.get("requests", found.story["requests"])
    job = made.page.evaluate("puppet.jobs[0].job")
    assert {**job, "claims": []} == {
        "file": f"snippets/{snippet_id}.py",
        "source": found.code.replace("  # (1)!", ""),  # where the note is
        "story": {"requests": requests, "budget": BUDGET},
        "language": "en",
        "title": f"Timeline: {found.label('en')}",
        "until": 10 if snippet_id == LISTING else 3,
        "known": True,
        "whose": snippet_id,
        "claims": [],
    }


@LANGUAGES
def test_loading_says_what_and_how_much_of_how_much(language: str, stage: Stager) -> None:
    made = stage(address(language))
    sandbox = started(made)
    made.tell(phase="loading", what="python", loaded=3_100_000, total=6_200_000)
    state(sandbox, "loading")
    status = part(sandbox, "status")
    said = {"zh": "正在加载 Python 3.1 / 6.2 MB", "en": "Loading Python 3.1 of 6.2 MB"}[language]
    expect(status).to_have_text(re.compile(re.escape(said).replace(r"\ ", r"\s+")))
    bar = status.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-label", said.partition(" 3.1")[0])
    assert bar.evaluate("(bar) => bar.position") == 0.5
    expect(status.locator(".amount")).to_have_attribute("aria-live", "off")
    expect(status).to_have_role("status")
    made.tell(phase="loading", loaded=1, total=2)
    expect(bar).to_have_attribute("aria-label", said.partition(" 3.1")[0])
    made.tell(phase="starting")
    expect(status).to_have_text({"zh": "正在启动 Python", "en": "Starting Python"}[language])
    made.tell(phase="running")
    state(sandbox, "running")


def test_the_button_keeps_the_focus_and_takes_no_second_press(stage: Stager) -> None:
    made = stage(address("en"))
    run = button(made.sandbox(LISTING), "run")
    expect(run).to_have_accessible_name(re.compile("^Run: .+"))
    run.focus()
    made.page.keyboard.press("Enter")
    made.page.keyboard.press("Enter")
    made.page.wait_for_function("puppet.jobs.length")
    expect(run).to_be_focused()
    expect(run).to_have_attribute("aria-disabled", "true")
    expect(part(made.sandbox(LISTING), "status")).to_have_text("Starting Python")
    expect(button(made.sandbox(LISTING), "stop")).to_be_visible()
    made.bring(**done())
    state(made.sandbox(LISTING), "done")
    expect(button(made.sandbox(LISTING), "stop")).to_be_hidden()
    assert made.jobs() == 1


@LANGUAGES
def test_a_run_shows_what_it_brought(language: str, stages: dict[str, Stage]) -> None:
    made = stages[language]
    sandbox = started(made)
    made.bring(**done(digest=sandbox.get_attribute("data-recording"), lines=[0, 0, 0, 9]))
    state(sandbox, "done")
    same = {"zh": "✓ 与录制的一致。", "en": "✓ Same as recorded."}[language]
    milliseconds = {"zh": "12 毫秒", "en": "12 ms"}[language]
    for words in (same, milliseconds, "FastAPI 0.165.0", "Python 3.14.2"):
        expect(part(sandbox, "status")).to_contain_text(words)
    expect(part(sandbox, "timeline").locator("svg")).to_have_accessible_name("Fresh")
    expect(part(sandbox, "timeline").locator("svg")).to_have_count(1)
    expect(part(sandbox, "transcript").locator("li")).to_have_text("0 s · fresh")
    second = {"zh": "0.5 秒", "en": "0.5 s"}[language]
    expect(part(sandbox, "responses").locator("li")).to_have_text(
        f'ann POST /a → 200 · {second}{{"a":1}}'
    )
    expect(part(sandbox, "console").locator("li")).to_have_text(
        [f"{second} ann hello", re.compile("ann ✗ pay: OSError (第 9 行|Line 9)$")]
    )
    assert sandbox.evaluate("(sandbox) => sandbox.recording") == RECORDING


def test_another_recording_is_called_another_and_inline_threads_are_named(
    stages: dict[str, Stage],
) -> None:
    made = stages["en"]
    sandbox = started(made)
    made.bring(**done(digest="0" * 16, threads="inline"))
    state(sandbox, "done")
    expect(part(sandbox, "status")).to_contain_text("≠ Not as recorded.")
    expect(part(sandbox, "status")).to_contain_text("This browser cannot suspend a function")


@LANGUAGES
@pytest.mark.parametrize("code", CODES)
def test_an_engine_that_fails_leaves_listing_and_timeline_whole(
    code: str, language: str, stages: dict[str, Stage]
) -> None:
    made = stages[language]
    listing = OTHERS[min(list(CODES).index(code), 2)]  # who is unavailable stays so
    sandbox = made.sandbox(listing)
    before = sandbox.locator("svg").evaluate("(svg) => svg.outerHTML")
    started(made, listing)
    made.fail(code)
    end, zh, en = CODES[code]
    state(sandbox, end)
    expect(part(sandbox, "status")).to_contain_text({"zh": zh, "en": en}[language])
    expect(button(sandbox, "run")).to_be_visible(visible=end == "failed")
    assert sandbox.locator("svg").evaluate("(svg) => svg.outerHTML") == before
    expect(sandbox.locator("pre > code").first).to_be_visible()
    expect(part(sandbox, "console")).to_be_hidden()


def test_what_an_engine_knows_of_its_failure_is_shown(stages: dict[str, Stage]) -> None:
    made = stages["en"]
    sandbox = started(made)
    made.fail("crashed", f"RangeError: <b>no memory</b>\n{'x' * 1000}")
    state(sandbox, "failed")
    shown = f"RangeError: <b>no memory</b> {'x' * 300}… 1000 characters"
    expect(part(sandbox, "console").locator("pre")).to_have_text(shown)


@LANGUAGES
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_fails_shows_its_line_in_the_traceback(
    kind: str, language: str, stages: dict[str, Stage]
) -> None:
    made = stages[language]
    sandbox = started(made)
    made.bring(error={"kind": kind, "message": "boom", "traceback": TRACEBACK, "line": 3})
    end, zh, en = KINDS[kind]
    state(sandbox, end)
    expect(part(sandbox, "status")).to_contain_text({"zh": zh, "en": en}[language])
    shown = part(sandbox, "console")
    expect(shown).to_contain_text({"zh": "第 3 行 boom", "en": "Line 3 boom"}[language])
    expect(shown.locator("pre")).to_have_text(TRACEBACK)
    expect(shown.locator("mark")).to_have_text([re.compile(r"wrong\.py"), re.compile("boom")])
    assert sandbox.evaluate("(sandbox) => sandbox.recording") is None


@LANGUAGES
def test_a_package_that_is_not_there_is_named(language: str, stages: dict[str, Stage]) -> None:
    made = stages[language]
    sandbox = started(made)
    error = {"kind": "app", "message": "No module", "traceback": "", "line": 1}
    made.bring(error=error, missing=["numpy", "pandas"])
    state(sandbox, "failed")
    said = {"zh": "没有 numpy, pandas", "en": "has no numpy, pandas"}[language]
    expect(part(sandbox, "status")).to_contain_text(said)


def test_a_failure_after_a_run_brings_back_the_timeline_of_the_build(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = made.sandbox(LISTING)
    built = sandbox.locator("svg").evaluate("(svg) => svg.outerHTML")
    lines = part(sandbox.page.locator("body"), "transcript").first.locator("li").count()
    started(made)
    made.bring(**done())
    state(sandbox, "done")
    started(made)
    made.fail("network")
    state(sandbox, "failed")
    assert sandbox.locator("svg").evaluate("(svg) => svg.outerHTML") == built
    assert part(sandbox, "transcript").locator("li").count() == lines
    expect(part(sandbox, "responses")).to_be_hidden()
    expect(part(sandbox, "status")).to_contain_text("still the recorded one")


def test_what_code_says_is_shown_as_text(stages: dict[str, Stage]) -> None:
    made = stages["en"]
    sandbox = started(made)
    event = {"at": 1.0, "kind": "log", "visitor": EVIL, "name": EVIL, "text": EVIL}
    sent = {**event, "kind": "request.sent"}
    answer = {"visitor": EVIL, "status": EVIL, "headers": [], "body": EVIL}
    recording = {"format": 1, "events": [sent, event], "responses": [answer], "printed": ""}
    made.bring(**done(recording=recording, transcript=[EVIL], python=EVIL, fastapi=EVIL))
    state(sandbox, "done")
    for name in ("status", "transcript", "responses", "console"):
        expect(part(sandbox, name)).to_contain_text(EVIL)
    expect(sandbox.locator("img")).to_have_count(0)


def test_a_picture_that_is_none_of_ours_is_not_shown(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = made.sandbox(LISTING)
    built = sandbox.locator("svg").evaluate("(svg) => svg.outerHTML")
    started(made)
    made.bring(**done(svg=PICTURE.replace("<text>", "<text onclick='alert(1)'>")))
    state(sandbox, "failed")
    expect(part(sandbox, "status")).to_contain_text("no timeline of ours")
    assert sandbox.locator("svg").evaluate("(svg) => svg.outerHTML") == built


def test_one_runs_at_a_time_and_one_that_waits_can_be_stopped(stage: Stager) -> None:
    made = stage(address("en"))
    first = started(made)
    second, third = (made.sandbox(f"sequential_order/{name}") for name in ("right", "task_group"))
    for waiting in (second, third):
        button(waiting, "run").click()
        expect(part(waiting, "status")).to_have_text("Waiting for the other example to end")
    button(second, "stop").click()
    state(second, "stopped")
    assert made.jobs() == 1
    assert made.page.evaluate("puppet.stopped") == 0
    made.bring(**done())
    state(first, "done")
    made.page.wait_for_function("puppet.jobs.length === 2")
    assert (
        made.page.evaluate("puppet.jobs[1].job.file") == "snippets/sequential_order/task_group.py"
    )
    made.bring(**done())
    state(third, "done")
    ids = "[...document.querySelectorAll('svg.tl [id]')].map((e) => e.id)"
    found = made.page.evaluate(ids)
    assert len(found) == len(set(found))


def test_stop_asks_the_engine_and_waits_for_what_it_brings(stage: Stager) -> None:
    made = stage(address("en"))
    sandbox = started(made)
    made.tell(phase="running")
    button(sandbox, "stop").click()
    expect(part(sandbox, "status")).to_have_text("Stopping")
    made.tell(phase="running")
    expect(part(sandbox, "status")).to_have_text("Stopping")
    assert made.page.evaluate("puppet.stopped") == 1
    made.bring(error={"kind": "stopped", "message": "", "traceback": TRACEBACK, "line": 3})
    state(sandbox, "stopped")
    started(made)
    state(sandbox, "loading")
    made.bring(error={"kind": "stopped", "message": ""})
    state(sandbox, "stopped")
    expect(part(sandbox, "console")).to_be_hidden()


def test_an_example_that_needs_suspended_stacks_is_unavailable_without(stage: Stager) -> None:
    made = stage(address("en"), upgraded=False)
    sandbox = made.sandbox(LISTING)
    sandbox.evaluate("(sandbox) => { sandbox.dataset.needs = 'stacks'; }")
    made.page.evaluate("() => { delete WebAssembly.Suspending; }")
    made.upgrade()
    state(sandbox, "unavailable")
    state(made.sandbox("sequential_order/right"), "idle")


def test_a_glance_loads_nothing_and_attention_does(stage: Stager) -> None:
    made = stage(address("en"), upgraded=False)
    made.page.clock.install(time=0)
    made.page.clock.pause_at(1000)
    made.upgrade()
    warmed = lambda: made.page.evaluate("puppet.warmed")  # noqa: E731
    run = button(made.sandbox(LISTING), "run")
    run.hover()
    made.page.clock.run_for(149)
    made.page.locator("h1").hover()
    made.page.clock.run_for(1000)
    assert warmed() == 0
    run.hover()
    made.page.clock.run_for(150)
    assert warmed() == 1
    button(made.sandbox("sequential_order/right"), "run").focus()
    made.page.clock.run_for(150)
    assert warmed() == 2


def test_with_data_saver_only_a_press_loads(stage: Stager) -> None:
    made = stage(address("en"), upgraded=False)
    made.page.clock.install(time=0)
    made.page.clock.pause_at(1000)
    saver = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
    made.page.evaluate(saver)
    made.upgrade()
    run = button(made.sandbox(LISTING), "run")
    run.hover()
    run.focus()
    made.page.clock.run_for(1000)
    assert made.page.evaluate("puppet.warmed") == 0
    run.click()
    made.page.wait_for_function("puppet.jobs.length")


def test_a_printed_page_has_no_buttons(stage: Stager) -> None:
    made = stage(address("en"))
    made.page.emulate_media(media="print")
    sandbox = made.sandbox(LISTING)
    expect(button(sandbox, "run")).to_be_hidden()
    expect(part(sandbox, "status")).to_be_visible()


@pytest.mark.parametrize(("touch", "least"), [(False, 24), (True, 44)], ids=["mouse", "touch"])
def test_buttons_are_large_enough_to_be_hit(touch: bool, least: int, stage: Stager) -> None:
    made = stage(
        address("en"), has_touch=touch, is_mobile=touch, viewport={"width": 375, "height": 800}
    )
    sandbox = started(made)
    for action in ("run", "stop"):
        box = button(sandbox, action).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= least
