"""What only the browser's Python can show: a run that does not give way is ended, and others not.

There, no thread watches a run; the interpreter is interrupted. Node counts real milliseconds, but
no test depends on how many: each program would run for ever.
"""

import json
import re
from typing import Any

import pytest

from recorder import Request, Story, play_file
from tests.recorder.apps import PING, file
from tests.recorder.in_node import in_node, job, pinged, task

pytestmark = pytest.mark.verify

ONCE = [{"visitor": "ann", "path": "/ping"}]
CATCHES = ("while True:", "    try:", "        while True:", "            pass")
SWALLOWS = (*CATCHES, "    except BaseException:", "        print('caught')")
CATCHES_AT_IMPORT = "def forever():\n" + "\n".join(f"    {line}" for line in SWALLOWS)
LOCKED = ("lock = threading.Lock()", "lock.acquire()", "lock.acquire()")
HELD = """
import asyncio
import threading
import time

from fastapi import FastAPI

app = FastAPI()
a, b = threading.Lock(), threading.Lock()


def take(first, second):
    with first:
        time.sleep(1)
        with second:
            pass


@app.get("/ping")
async def ping():
    await asyncio.gather(asyncio.to_thread(take, a, b), asyncio.to_thread(take, b, a))
"""

LEFT = """
import threading

from fastapi import FastAPI

app = FastAPI()


def left():
    try:
        threading.Event().wait()
    finally:
        while True:
            pass


@app.get("/ping")
async def ping() -> str:
    threading.Thread(target=left).start()
    return "pong"
"""

# JavaScript keeps Python waiting for longer than a beat, and then gives it an error.
LATE = pinged(
    "fail = js.Function.new('until = Date.now() + 60; while (Date.now() < until); throw Error()')",
    "for _ in range(50):",
    "    try:",
    "        fail()",
    "    except Exception as error:",
    "        print(type(error).__name__)",
    head="import js",
)

# A program, the line at which it is ended, and the function that is said to be there.
ENDLESS = {
    "endpoint": (pinged("while True:", "    pass"), "9-10", "ping"),
    "task_in_a_thread": (task("while True:", "    pass"), "8-9", "task"),
    "import": ("while True:\n    pass\n", "1-2", "<module>"),
    "endpoint_that_catches": (pinged(*SWALLOWS), "9-14", "ping"),
    "task_that_catches": (task(*SWALLOWS), "8-13", "task"),
    "import_that_catches": (f"{CATCHES_AT_IMPORT}\n\n\nforever()\n", "2-7", "forever"),
    "virtual_time": (
        pinged("while True:", "    time.sleep(1)", head="import time"),
        "9-10",
        "ping",
    ),
    "turns": (
        pinged("while True:", "    await asyncio.sleep(0)", head="import asyncio"),
        "9-10",
        "ping",
    ),
    "unwinding": (
        pinged(
            "try:", "    while True:", "        pass", "finally:", "    while True:", "        pass"
        ),
        "10-11",
        "ping",
    ),
}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What is told of all programs, which are played in one interpreter, and of good ones after."""
    steps: dict[str, dict[str, Any]] = {}
    for name, (source, _, _) in ENDLESS.items():
        spent = job(source, story={"requests": ONCE, "budget": 0.5}, language="zh")
        steps |= {f"{name} spends": {"play": spent}, f"after {name} spends": {"play": job(PING)}}
        steps |= {f"{name} stops": {"play": job(source), "stop": 200}}
        steps |= {f"after {name} stops": {"play": job(PING)}}
    steps["left"] = {"play": job(LEFT, story={"requests": ONCE, "budget": 0.5})}
    steps["lock"] = {"play": job(task(*LOCKED, head="import threading"))}
    steps["locks"] = {"play": job(HELD)}
    results = in_node(list(steps.values()))
    return dict(zip(steps, map(json.loads, results), strict=True))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of the good program, played here."""
    folder = tmp_path_factory.mktemp("good")
    return play_file(file(folder, PING), Story((Request("ann", "/ping"),))).digest()


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize(("way", "kind"), [("spends", "budget"), ("stops", "stopped")])
def test_what_never_ends_is_ended_at_its_line(told, name: str, way: str, kind: str) -> None:
    _, lines, function = ENDLESS[name]
    first, _, last = lines.partition("-")

    error = told[f"{name} {way}"]["error"]

    assert error["kind"] == kind
    assert int(first) <= error["line"] <= int(last or first)
    if name != "turns":  # where no line of it is running, most of the time
        assert f'File "wrong.py", line {error["line"]}, in {function}' in error["traceback"]
    assert re.search(rf"wrong\.py:{error['line']} in {function}", error["message"])


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("way", ["spends", "stops"])
def test_it_leaves_what_it_recorded_and_an_interpreter_that_plays_the_next(
    told, expected: str, name: str, way: str
) -> None:
    cut = told[f"{name} {way}"]["recording"]
    if name.startswith("import"):
        assert cut is None
    else:
        kinds = [event["kind"] for event in cut["events"]]
        assert kinds[:2] == ["request.sent", "request.received"]
        assert "task.failed" not in kinds
        assert "caught" not in cut["printed"]
    after = told[f"after {name} {way}"]
    assert (after["error"], after["digest"]) == (None, expected)


def test_what_cleans_up_for_ever_is_ended_too_and_spoils_no_recording(told) -> None:
    assert told["left"]["error"] is None
    assert told["left"]["recording"]["responses"][0]["body"] == '"pong"'


def test_a_deadlock_of_stacks_names_their_lines(told) -> None:
    assert (told["lock"]["error"]["kind"], told["lock"]["error"]["line"]) == ("deadlock", 10)
    message = told["locks"]["error"]["message"]
    assert "asyncio_0 waits for a lock held by asyncio_1 at wrong.py:15 in take" in message
    assert "asyncio_1 waits for a lock held by asyncio_0 at wrong.py:15 in take" in message


def test_an_error_of_javascript_that_comes_late_is_an_exception_of_the_app() -> None:
    """Pyodide is not to be suspended while it makes one: the engine would end it, and all of Node.

    So this has an interpreter of its own.
    """
    (result,) = map(json.loads, in_node([{"play": job(LATE)}]))
    assert result["error"] is None
    assert result["recording"]["printed"] == "JsException\n" * 50
