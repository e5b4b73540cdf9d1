"""Playing a text: what is told of it, whatever it does. In the browser it is the same code."""

import importlib
import json
import signal
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recorder import lacking, live, pulse, where
from recorder.clock import VirtualClock
from recorder.errors import Stopped
from recorder.halt import Halt
from recorder.timeline import Timeline
from recorder.undo import Baseline
from recorder.words import WORDS
from site_build.recordings import recording
from site_build.snippets import Snippet, names, snippet, story, variants
from tests.recorder.apps import PING
from tests.recorder.in_node import job, pinged

Play = Callable[..., dict[str, Any]]
signal_now = signal.raise_signal  # as it is outside of runs


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("live") / "home"
    finders, handler = sys.meta_path[:], signal.getsignal(signal.SIGINT)
    live.prepare(home=folder)
    yield folder
    sys.meta_path[:] = finders
    signal.signal(signal.SIGINT, handler)
    lacking.pruned.clear()
    pulse.given.clear()


@pytest.fixture
def play(home: Path) -> Play:
    def play(source: str, beat: Any = None, **more: Any) -> dict[str, Any]:
        told = live.play_text(json.dumps(job(source, **more)), beat, home)
        live.tidy()
        found: dict[str, Any] = json.loads(told)
        return found

    return play


def texts(told: dict[str, Any], kind: str) -> list[str]:
    return [event["text"] for event in told["recording"]["events"] if event["kind"] == kind]


def test_a_snippet_is_told_as_the_build_tells_it(play: Play) -> None:
    found = snippet("sequential_order/wrong")
    asked = {"requests": story("sequential_order")["requests"]}

    told = play(found.code, story=asked, language="zh", title="上菜", until=20.0)

    expected = recording(found.id)
    assert (told["error"], told["missing"]) == (None, [])
    assert told["digest"] == expected.digest()
    assert told["recording"] == json.loads(expected.to_json())
    assert "<title" in told["svg"]
    assert "上菜" in told["svg"]
    assert told["transcript"][0].startswith("0 秒 · ")
    assert told["python"] == sys.version.split()[0]


def test_a_recording_is_drawn_as_the_run_that_it_is_of(home: Path, play: Play) -> None:
    found = snippet("sequential_order/wrong")
    asked = {"requests": story("sequential_order")["requests"]}
    claims = ["count task.failed = 0", "count task.failed = 1"]
    shown = {"language": "zh", "title": "上菜", "until": 20.0, "claims": claims}
    told = play(found.code, story=asked, **shown)

    text = json.dumps({**told["recording"], "lines": told["lines"]})
    again = json.loads(live.play_text(json.dumps({"recording": text, **shown}), home=home))

    assert again == told
    assert again["claims"] == [True, False]


def test_a_text_that_is_no_recording_is_told(home: Path) -> None:
    told = json.loads(live.play_text(json.dumps({"recording": "{}", "language": "en"}), home=home))
    assert (told["error"]["kind"], told["svg"]) == ("internal", "")


def test_a_digest_says_what_makes_two_recordings_equal() -> None:
    told = {
        "format": 1,
        "events": [{"at": 1, "kind": "print", "visitor": "ann", "name": "a", "text": "x"}],
        "responses": [{"visitor": "ann", "status": 200, "headers": [["a", "b"]], "body": "é"}],
        "printed": "x",
    }

    def digest(change: str, *path: Any) -> str:
        data: Any = json.loads(json.dumps(told))
        inner = data
        for key in path[:-1]:
            inner = inner[key]
        if path:
            inner[path[-1]] = change
        return Timeline.from_json(json.dumps(data)).digest()

    same = [("printed",), ("events", 0, "text"), ("responses", 0, "headers")]
    assert {digest("y", *path) for path in same} == {digest("")}
    other = [("events", 0, key) for key in ("kind", "visitor", "name")]
    other += [("responses", 0, "body")]
    assert len({digest("y", *path) for path in other} | {digest("")}) == 5
    assert len(digest("")) == 16


def test_a_run_says_of_each_event_its_line_and_of_each_claim_whether_it_is_true(play: Play) -> None:
    claims = ["status @ann = 200", "status @ann = 500", "print = 0", "end"]
    told = play(PING, claims=claims)
    assert told["recording"]["events"][0]["kind"] == "request.sent"
    assert told["lines"] == [0, 7, 7, 7]
    assert told["claims"] == [True, False, None, None]


def test_of_a_run_that_was_cut_short_no_claim_is_known(play: Play) -> None:
    claims = ["count request.failed = 0", "count print = 1"]
    assert play("1 / 0\n", claims=claims)["claims"] == [None, None]
    told = play(pinged("print(1)", "while True: print(2)"), claims=claims)
    assert len(told["lines"]) == len(told["recording"]["events"]) > 0
    assert (told["error"]["kind"], told["claims"]) == ("budget", [None, None])
    assert play("1 / 0\n", claims=7)["claims"] == []


ENDS = {
    "syntax": ("x = (\n", "app", 1, "SyntaxError"),
    "unknown_import": ("import fastapi\nimport nothing_like_it\n", "app", 2, "nothing_like_it"),
    "raises": ("x = 1\n1 / 0\n", "app", 2, "    1 / 0\n"),
    "raises_no_exception": ("class Odd(BaseException): ...\n\nraise Odd\n", "app", 3, "Odd"),
    "no_app": ("x = 1\n", "app", 1, ""),
    "ctrl_c": (pinged("raise KeyboardInterrupt"), "app", 9, "in ping"),
    "deadlock": (
        pinged("await Event().wait()", head="from asyncio import Event"),
        "deadlock",
        9,
        "",
    ),
    "much_text": (pinged("print('x' * 600_000)"), "budget", 9, "in ping"),
    "much_body": (pinged("return 'x' * 600_000"), "budget", None, ""),
    "many_events": (pinged("for n in range(6_000):", "    print(n)"), "budget", 10, "print(n)"),
}


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_ends_a_run_is_told_with_its_line(play: Play, name: str, language: str) -> None:
    source, kind, line, shown = ENDS[name]

    error = play(source, language=language)["error"]

    assert (error["kind"], error["line"]) == (kind, line)
    assert shown in error["traceback"]
    assert "recorder" not in error["traceback"]
    key = "raised" if name in ("raises_no_exception", "ctrl_c") else kind
    assert error["message"].startswith(WORDS[language][f"ended.{key}"].partition("{text}")[0])


def test_a_traceback_keeps_the_readers_frames_and_the_last_of_a_library(play: Play) -> None:
    source = "import json\n\n\ndef read():\n    json.loads('{')\n\n\nread()\n"
    shown = play(source)["error"]["traceback"]
    frames = [line.strip() for line in shown.splitlines() if line.startswith("  File ")]
    assert frames[:2] == [
        'File "wrong.py", line 8, in <module>',
        'File "wrong.py", line 5, in read',
    ]
    assert [frame.rpartition(" ")[2] for frame in frames[2:]] == ["raw_decode"]


def test_an_endpoint_that_raises_is_an_event_and_no_error(play: Play) -> None:
    told = play(pinged("raise ValueError('no')"))
    assert told["error"] is None
    assert texts(told, "request.failed") == ["ValueError: no"]


def test_what_came_before_an_error_is_kept_and_what_cleans_up_is_not(play: Play) -> None:
    lines = (
        "print('before')",
        "try:",
        "    await Event().wait()",
        "finally:",
        "    print('after')",
    )
    told = play(pinged(*lines, head="from asyncio import Event"))

    assert told["error"]["kind"] == "deadlock"
    assert told["recording"]["printed"] == "before\n"
    assert [event["kind"] for event in told["recording"]["events"]] == [
        "request.sent",
        "request.received",
        "print",
    ]
    assert told["recording"]["responses"] == []
    assert told["svg"].startswith("<svg")
    assert play("print('hello')\n1 / 0\n")["recording"]["printed"] == "hello\n"
    assert play("1 / 0\n")["recording"] is None


def test_what_cleans_up_after_a_run_may_say_what_it_likes(play: Play) -> None:
    lines = ("left.append(create_task(waits()))", "return 'pong'")
    head = "from asyncio import Event, create_task\n\nleft = []\n\n\nasync def waits():\n    try:\n"
    head += "        await Event().wait()\n    finally:\n        print('x' * 600_000)\n"
    told = play(pinged(*lines, head=head))
    assert (told["error"], told["recording"]["printed"]) == (None, "")


def test_a_recording_that_is_cut_is_as_long_as_it_may_be(play: Play) -> None:
    assert len(play(ENDS["many_events"][0])["recording"]["events"]) == live.EVENTS


@pytest.mark.parametrize(
    ("story", "word"),
    [
        ({"requests": [{"visitor": "ann", "path": "/", "colour": "red"}]}, "unknown key 'colour'"),
        ({"requests": [{"visitor": "ann", "path": "ping"}]}, "path: "),
        ({"requests": 7}, "requests: "),
        ({"requests": [], "bugdet": 5}, "unknown key 'bugdet'"),
        (None, "None"),
    ],
)
def test_a_wrong_story_is_told(play: Play, story: Any, word: str) -> None:
    error = play(PING, story=story)["error"]
    assert (error["kind"], error["traceback"], error["line"]) == ("story", "", None)
    assert word in error["message"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"language": "fr"}'])
def test_a_job_that_is_none_is_told(home: Path, text: str) -> None:
    told = json.loads(live.play_text(text, home=home))
    assert told["error"]["kind"] == "internal"
    assert "Traceback" in told["error"]["traceback"]


class Pulse:
    """The page's, whose reader has pressed Stop."""

    def due(self) -> int:
        return 1

    def breathe(self) -> None: ...


@pytest.mark.parametrize("lines", [["hit(2)"], ["try:", "    hit(2)", "finally:", "    print(1)"]])
def test_a_reader_can_stop_a_run(play: Play, lines: list[str]) -> None:
    told = play(pinged(*lines, head="from _signal import raise_signal as hit"), Pulse())
    assert told["error"]["kind"] == "stopped"
    assert told["error"]["line"] == 9 + (len(lines) > 1)
    assert [event["kind"] for event in told["recording"]["events"]][-1] == "request.received"
    assert told["recording"]["printed"] == ""


def test_a_stop_outside_of_a_run_does_nothing(play: Play) -> None:
    play(PING, Pulse())
    signal.raise_signal(signal.SIGINT)


def test_the_recorder_itself_is_not_halted_half_way_through(home: Path) -> None:
    clock = VirtualClock()
    ours = where.of_reader(None).gi_frame  # type: ignore[attr-defined]
    with pulse.Heart(Pulse(), 10.0, clock):
        pulse.beat(signal.SIGINT, ours)
        assert clock.stopped is None
        with pytest.raises(Halt):
            pulse.beat(signal.SIGINT, sys._getframe())
    assert isinstance(clock.stopped, Stopped)


def test_an_interrupt_of_the_handler_is_not_handled(play: Play) -> None:
    class Eager:
        asked = 0

        def due(self) -> int:
            self.asked += 1
            signal_now(signal.SIGINT)
            return 0

        def breathe(self) -> None: ...

    eager = Eager()
    play(PING, eager)
    signal_now(signal.SIGINT)
    assert eager.asked == 1


TRIED = {
    "connect": ("import socket; socket.create_connection(('127.0.0.1', 9))", "network"),
    "listen": ("import socket\n    with socket.socket() as one: one.bind(('', 0))", "network"),
    "resolve": ("import socket; socket.getaddrinfo('example.test', 80)", "network"),
    "stream": ("import asyncio; await asyncio.open_connection('127.0.0.1', 9)", "network"),
    "server": ("import asyncio; await asyncio.start_server(print, '127.0.0.1', 0)", "network"),
    "urllib": ("import urllib.request as r; r.urlopen('http://example.test/')", "network"),
    "system": ("import os; os.system('true')", "process"),
    "fork": ("import os; os.fork()", "process"),
    "exit": ("import os; os._exit(1)", "process"),
    "subprocess": ("import subprocess; subprocess.run(['true'])", "process"),
    "exec": ("import asyncio; await asyncio.create_subprocess_exec('true')", "process"),
    "handle": ("import signal; signal.signal(signal.SIGTERM, print)", "signal"),
    "handle_in_loop": (
        "import asyncio; asyncio.get_running_loop().add_signal_handler(15, print)",
        "signal",
    ),
    "kill": ("import os; os.kill(os.getpid(), 0)", "signal"),
    "input": ("input()", "input"),
    "stdin": ("import sys; sys.stdin.readline()", "input"),
}


@pytest.mark.parametrize("name", TRIED)
def test_what_the_browser_cannot_do_is_said_where_it_is_tried(play: Play, name: str) -> None:
    line, what = TRIED[name]
    for language in ("zh", "en"):
        told = play(pinged(line), language=language)
        sentence = WORDS[language][f"browser.{what}"]
        assert texts(told, "request.failed") == [f"NotInBrowser: {sentence}"]


def test_it_is_refused_to_nobody_outside_of_a_run(play: Play) -> None:
    play(PING)
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))


def test_a_package_that_is_not_there_is_named_with_those_that_are(play: Play) -> None:
    told = play(pinged("import nothing_like_it"), language="zh")
    (said,) = texts(told, "request.failed")
    assert said.startswith("ModuleNotFoundError: 沙箱里没有 nothing_like_it：")
    assert "starlette" in said


def test_code_that_can_do_without_a_package_is_not_disturbed(play: Play) -> None:
    lines = [
        "import importlib.util",
        "assert importlib.util.find_spec('nothing_like_it') is None",
        "try:",
        "    import nothing_like_it.at_all",
        "except ImportError as error:",
        "    return type(error).__name__, error.name",
    ]
    told = play(pinged(*lines))
    assert told["recording"]["responses"][0]["body"] == '["ModuleNotFoundError","nothing_like_it"]'
    assert told["missing"] == []


def test_a_module_that_was_pruned_is_missed_delivered_and_lost_with_a_snapshot(
    play: Play, tmp_path: Path
) -> None:
    archive = tmp_path / "rest.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("pruned_part/__init__.py", "")
        made.writestr("pruned_part/inner.py", "def answer():\n    return 42\n")
        made.writestr(
            "optional.py",
            "try:\n    import pruned_part\nexcept ImportError:\n    pruned_part = None\n",
        )
    source = pinged("import optional", "from pruned_part import inner", "return inner.answer()")
    lacking.install({"pruned_part", "pruned_part.inner", "optional"})

    assert play(source)["missing"] == ["optional"]
    assert play("try:\n    import pruned_part\nexcept ImportError:\n    pass\n")["missing"] == [
        "pruned_part"
    ]
    live.deliver(str(archive))
    told = play(source)
    assert (told["missing"], told["error"]) == ([], None)
    assert told["recording"]["responses"][0]["body"] == "42"

    for name in ("optional", "pruned_part", "pruned_part.inner"):
        del sys.modules[name]
    archive.unlink()
    importlib.invalidate_caches()  # Python no longer knows what is in it
    live.restored()
    assert str(archive) not in sys.path
    assert play(source)["missing"] == ["optional"]


def archive_of(path: Path, **files: str) -> str:
    """An archive of modules with these texts."""
    with zipfile.ZipFile(path, "w") as made:
        for name, text in files.items():
            made.writestr(f"{name}.py", text)
    return str(path)


def test_what_was_imported_without_a_pruned_module_is_imported_again_with_it(
    play: Play, tmp_path: Path
) -> None:
    text = "try:\n    import pruned_half as found\nexcept ImportError:\n    found = None\n"
    lacking.install({"pruned_half"})
    live.deliver(archive_of(tmp_path / "library.zip", does_without=text))
    source = pinged("import does_without", "return does_without.found is not None")

    assert play(source)["missing"] == ["pruned_half"]
    live.deliver(archive_of(tmp_path / "half.zip", pruned_half=""))
    assert play(source)["recording"]["responses"][0]["body"] == "true"


def test_a_part_of_a_package_that_is_there_is_found_once_it_is_delivered(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "split" / "deep").mkdir(parents=True)
    for folder in ("split", "split/deep"):
        (tmp_path / folder / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    lacking.install({"split.deep.pruned"})
    source = pinged("from split.deep import pruned", "return pruned.answer")

    assert play(source)["missing"] == ["split.deep.pruned"]
    archive = tmp_path / "deep.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("split/deep/pruned.py", "answer = 42")
    live.deliver(str(archive))
    assert play(source)["recording"]["responses"][0]["body"] == "42"

    archive.unlink()
    live.restored()
    assert str(archive) not in sys.path


SPOILS = """
import asyncio, builtins, decimal, json, logging, os, random, sys, tempfile, time, warnings
import fastapi
from pathlib import Path

Path("left.txt").write_text("x")
Path(tempfile.gettempdir(), "left.txt").write_text("x")
Path(__file__).with_name("helper.py").write_text("x = 1")
import helper
os.chdir("/")
os.environ.clear()
os.environ["TZ"] = "Asia/Tokyo"
warnings.simplefilter("error")
logging.disable()
logging.basicConfig(handlers=[logging.FileHandler("/dev/null")])
random.seed(0)
decimal.getcontext().prec = 2
sys.setrecursionlimit(120)
sys.settrace(lambda *args: None)
sys.argv.append("x")
sys.modules["json"] = sys
sys.meta_path.clear()
sys.path.clear()
json.dumps = time.sleep = asyncio.sleep = len
fastapi.FastAPI.get = fastapi.FastAPI.post
del fastapi.APIRouter.get
builtins.left = 1
builtins.map = builtins.isinstance = None
"""
SHOWS = """
import builtins, decimal, json, logging, os, random, sys, tempfile, time, warnings
from pathlib import Path
from fastapi import FastAPI

app = FastAPI()
warnings.showwarning = lambda *args, **more: print("warned")
known = vars(logging).setdefault("__warningregistry__", {})
warnings.warn_explicit("seen", UserWarning, "logging", 1, registry=known)
logging.warning("seen")
print(os.environ, sys.path, sys.argv, len(sys.meta_path), json.__name__, os.listdir())
print(tempfile.gettempdir(), os.listdir(tempfile.gettempdir()), os.listdir(Path(__file__).parent))
print(decimal.getcontext(), sys.getrecursionlimit(), sys.gettrace(), "left" in vars(builtins))


@app.get("/ping")
def ping() -> str:
    time.sleep(2)
    return json.dumps([str(map), "helper" in sys.modules])
"""


@pytest.mark.filterwarnings("default")
def test_a_run_is_the_same_after_one_that_spoils_what_it_can(play: Play) -> None:
    before = play(SHOWS)
    spoilt = play(SPOILS)
    after = play(SHOWS)

    assert before["error"] is None
    assert spoilt["error"] is not None
    assert after == before
    assert after["recording"]["printed"].startswith("warned\n")


def test_a_run_puts_back_what_the_last_one_has_replaced(home: Path) -> None:
    jobs = [json.dumps(job(source)) for source in (f"import json\njson.dumps = 1\n{PING}", PING)]
    spoilt, after = [live.play_text(one, home=home) for one in jobs]
    assert json.loads(spoilt)["recording"] is not None
    assert json.loads(after)["error"] is None


def test_runs_are_not_random_in_the_same_way(play: Play) -> None:
    source = f"import random\n\nprint(random.random())\nrandom.seed(1)\n{PING}"
    assert play(source)["recording"]["printed"] != play(source)["recording"]["printed"]


LIVE = [
    found
    for name in names()
    for variant in variants(name)
    if (found := snippet(f"{name}/{variant}")).is_live and found.is_python
]


@pytest.mark.parametrize("found", LIVE, ids=lambda found: found.id)
def test_our_own_programs_replace_nothing_as_the_page_says_of_them(
    home: Path, found: Snippet
) -> None:
    baseline = Baseline()
    asked = {"requests": found.meta.get("requests", found.story.get("requests")), "budget": 30}
    told = live.play_text(json.dumps(job(found.code, story=asked, known=True)), home=home)
    assert json.loads(told)["error"] is None
    assert baseline.restore() == []
    assert not live._untidy


def test_what_a_program_replaces_is_seen_and_put_back(home: Path) -> None:
    baseline = Baseline()
    live.play_text(json.dumps(job(f"import json\njson.dumps = 1\n{PING}", known=True)), home=home)
    assert baseline.restore() == ["json.dumps"]
