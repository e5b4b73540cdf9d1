"""A program that floods, takes all memory or never ends is ended; the page lives on.

Each test names the guard that it rests on; take the guard out, and the test fails.
"""

import pytest

from tests.browser.conftest import ENGINES
from tests.browser.engines import Tab
from tests.browser.hostility import body, check_afterwards, opened, program
from tests.browser.sandbox import ENDS
from tests.browser.server import Served

MOST_MEGABYTES = 1100  # that Python may take: its limit, and what the last piece adds


@pytest.mark.parametrize("kind", ["unknown", "result"])
def test_a_flood_of_messages_ends_at_once(kind: str, tab: Tab, watched: Served) -> None:
    """Guard: the frame's limit of messages, which ends what goes beyond it."""
    taken, left = opened(tab, watched, program("flood_messages.py", KIND=kind))
    assert taken.run() == "failed"
    if kind == "unknown":
        assert "发出的内容太多" in taken.text("status")
    assert taken.is_whole
    check_afterwards(tab, left)


def test_a_flood_of_text_ends(tab: Tab, watched: Served) -> None:
    """Guards: the budget, and the limits of a recording."""
    taken, left = opened(tab, watched, program("flood_console.py"))
    assert taken.run() == "failed"
    check_afterwards(tab, left)


def test_what_answers_nonsense_is_ended(tab: Tab, watched: Served) -> None:
    """Guards: the shape of an outcome is checked; the frame of a run that has failed is removed."""
    taken, left = opened(tab, watched, program("nonsense.py"))
    assert taken.run() == "failed"
    assert taken.is_whole
    check_afterwards(tab, left)


def test_memory_has_a_limit(tab: Tab, watched: Served) -> None:
    """Guard: the worker's limit on `WebAssembly.Memory`."""
    taken, left = opened(tab, watched, program("memory.py"), "/python", "/browser")
    assert taken.run() in ("done", "failed")
    if taken.state == "done":
        assert body(taken.recording) <= MOST_MEGABYTES
    check_afterwards(tab, left)


# WebKit cannot end a worker that is deaf, and would compute until the last test.
DEAF = pytest.mark.parametrize("tab", ENGINES[:2], indirect=True)


def test_what_catches_every_interrupt_is_ended(tab: Tab, watched: Served) -> None:
    """Guards: the recorder's budget, and the page's watchdog."""
    taken, left = opened(tab, watched, program("stubborn.py"))
    assert taken.run() == "failed"
    assert taken.is_whole
    check_afterwards(tab, left)


@DEAF
def test_what_hears_no_interrupt_is_ended(tab: Tab, watched: Served) -> None:
    """Guard: the page's watchdog, which counts real seconds itself."""
    taken, left = opened(tab, watched, program("deaf.py"))
    assert taken.run() == "failed"
    check_afterwards(tab, left)


def test_a_worker_that_has_ended_itself_is_noticed(tab: Tab, watched: Served) -> None:
    """Guard: the page's watchdog; the answer of the run that ended it may still go out."""
    taken, left = opened(tab, watched, program("silent.py"))
    assert "failed" in (taken.run(), taken.run())
    check_afterwards(tab, left)


def test_what_a_program_leaves_in_python_is_not_there_for_another(
    tab: Tab, watched: Served
) -> None:
    """Guard: the engine starts Python again before it plays what somebody else has written."""
    taken, left = opened(tab, watched, program("spoils.py"))
    assert [taken.run(), taken.run()] == ["done", "done"]
    assert "spoilt" in taken.text("transcript")
    assert left.run() == "done"
    assert "spoilt" not in left.text("transcript")
    check_afterwards(tab, left)


@DEAF
def test_what_hears_no_interrupt_can_be_stopped(tab: Tab, watched: Served) -> None:
    """Guard: Stop ends the worker when Python does not hear it."""
    taken, left = opened(tab, watched, program("deaf.py"))
    taken.start()
    taken.wait("running")
    tab.press(f"{taken.selector} [data-action=stop]")
    assert taken.wait(*ENDS) == "stopped"
    assert taken.is_whole
    check_afterwards(tab, left)


def test_changed_prototypes_stay_in_the_worker(tab: Tab, watched: Served) -> None:
    """Guards: page and frame trust nothing but their own objects; they share none with a worker."""
    taken, left = opened(tab, watched, program("prototypes.py"))
    assert taken.run() in ENDS
    assert tab.evaluate("() => [Object.prototype.svg ?? null, JSON.stringify(1)]") == [None, "1"]
    tab.open(f"{watched.address}with-program/")
    check_afterwards(tab, left)
