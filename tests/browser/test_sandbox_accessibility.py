"""No state of a sandbox breaks a rule that axe-core knows."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.puppet import Stager
from tests.browser.puppet import stage as stage
from tests.browser.test_accessibility import AXE, RUN
from tests.browser.test_sandbox import LISTING, PAGE, TRACEBACK, done, started, state

pytestmark = pytest.mark.verify
ERROR = {"kind": "app", "message": "boom", "traceback": TRACEBACK, "line": 3}
# Each once, in the sandbox that its first part names.
OUTCOMES: dict[str, tuple[str, dict[str, Any]]] = {
    LISTING: ("done", done()),
    "sequential_order/right": ("failed", {"error": ERROR}),
    "sequential_order/task_group": ("stopped", {"error": {**ERROR, "kind": "stopped"}}),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing_in_any_state(scheme: str, width: int, stage: Stager) -> None:
    made = stage(f"en/{PAGE}", color_scheme=scheme, viewport={"width": width, "height": 800})
    made.page.locator(".guess input").first.check()  # so that the question, too, is answered
    for snippet_id, (end, outcome) in OUTCOMES.items():
        sandbox = started(made, snippet_id)
        made.bring(**outcome)
        state(sandbox, end)
    unavailable = started(made, "sequential_order/wrong_def")
    made.fail("unsupported")
    state(unavailable, "unavailable")
    loading = started(made, "sequential_order/right_blocking")
    made.tell(phase="loading", loaded=1, total=2)
    state(loading, "loading")
    expect(made.page.locator(".guess-verdict dl")).to_be_visible()
    made.page.locator(".sandbox-limits summary").click()
    made.page.evaluate(AXE.read_text("utf-8"))
    found = made.page.evaluate(RUN)
    assert not found, "\n".join(found)
