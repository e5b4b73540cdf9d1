"""Node plays several files in one process; none of them disturbs another."""

import json
import subprocess
from pathlib import Path

from site_build.recordings import node
from site_build.snippets import ROOT

GOOD = "setTimeout(() => console.log('one second'), 1000);\n"
FILES = {
    "good.js": GOOD,
    "broken.js": "import nothing from './nowhere.js';\n",
    "listens.js": GOOD + "process.on('exit', () => { throw new Error('late'); });\n",
    "again.js": GOOD,
}


def lines_of(folder: Path, names: list[str]) -> list[dict]:
    """What Node prints for files, one line each."""
    for name, code in FILES.items():
        (folder / name).write_text(code, "utf-8")
    done = subprocess.run(
        [node(), ROOT / "web/javascript/play.mjs", *(folder / name for name in names)],
        input=json.dumps([{"requests": []} for _ in names]),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_file_that_does_not_import_does_not_stop_the_others(tmp_path: Path) -> None:
    good, broken, again = lines_of(tmp_path, ["good.js", "broken.js", "again.js"])
    assert good["printed"] == again["printed"] == "one second\n"
    assert (broken["exit"], "broken.js:1" in broken["error"]) == (3, True)


def test_what_a_file_leaves_behind_disturbs_neither_the_next_nor_the_end(tmp_path: Path) -> None:
    listens, good = lines_of(tmp_path, ["listens.js", "good.js"])
    assert listens["printed"] == good["printed"] == "one second\n"
    assert [one["printed"] for one in lines_of(tmp_path, ["good.js", "listens.js"])] == [
        "one second\n",
        "one second\n",
    ]


def test_each_event_has_the_line_of_the_file_that_it_comes_of(tmp_path: Path) -> None:
    text = 'function late() {\n  console.log("now");\n}\nsetTimeout(late, 1000);\nexport {};\n'
    (tmp_path / "late.js").write_text(text, "utf-8")
    (told, _) = lines_of(tmp_path, ["late.js", "late.js"])
    kinds = [event["kind"] for event in told["events"]]
    assert kinds == ["task.started", "print", "task.finished"]
    assert told["lines"] == [4, 2, 4]


def test_an_error_that_nobody_catches_has_the_line_that_threw_it(tmp_path: Path) -> None:
    text = 'function late() {\n  throw new Error("late");\n}\nsetTimeout(late, 1000);\nexport {};\n'
    (tmp_path / "late.js").write_text(text, "utf-8")
    (told, _) = lines_of(tmp_path, ["late.js", "late.js"])
    assert [event["kind"] for event in told["events"]] == ["task.started", "task.failed"]
    assert told["lines"] == [4, 2]
