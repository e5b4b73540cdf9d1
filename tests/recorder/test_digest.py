"""The digest by which two recordings are found equal."""

import copy
import json
import re
from typing import Any

from recorder import Timeline

BASE: dict[str, Any] = {
    "format": 1,
    "events": [{"at": 1.0, "kind": "log", "visitor": "ann", "name": "pay", "text": "a"}],
    "responses": [{"visitor": "ann", "status": 200, "headers": [], "body": "b"}],
    "printed": "",
}


def test_a_digest_is_of_what_makes_two_recordings_equal() -> None:
    def digest(group: str = "", **changed: Any) -> str:
        made = copy.deepcopy(BASE)
        if group:
            made[group][0].update(changed)
        return Timeline.from_json(json.dumps(made)).digest()

    assert re.fullmatch("[0-9a-f]{16}", digest())
    same = {digest(), digest("events", text="b"), digest("responses", headers=[["a", "b"]])}
    assert same == {digest()}
    others: list[dict[str, Any]] = [
        {"at": 2.0},
        {"kind": "print"},
        {"visitor": "bob"},
        {"name": "x"},
    ]
    found = {digest("events", **other) for other in others}
    found |= {digest("responses", status=201), digest("responses", body="c")}
    assert len(found) == 6
    assert digest() not in found
