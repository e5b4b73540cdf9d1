"""A pattern keeps its promises as it is downloaded; its own tests see each one broken.

BREAKS = [
    Break("test_a_callback_is_sent_again_after_a_500", "retries=3", "retries=0"),
]

@pytest.mark.verify
def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("webhook-callback", BREAKS)
"""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from site_build import downloads

PATIENCE = 60  # real seconds for one run of a download's tests on a busy machine
_OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR) test_app\.py(?:::(\w+))?", re.M)
_FORKS = Path(__file__).with_name("forks.py")
_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")

Files = dict[str, str]  # a folder's, by their names


@dataclass(frozen=True)
class Break:
    """A promise that is taken back: `old` of app.py becomes `new`, and `test` must fail then.

    `old` stands in app.py exactly once. Section markers are not in what is downloaded.
    """

    test: str
    old: str
    new: str

    def of(self, app: str) -> str:
        """The app without what keeps the promise."""
        found = app.count(self.old)
        assert found == 1, (
            f"{self.test}: `old` must stand in app.py once, it is there {found} times: {self.old!r}"
        )
        assert self.new != self.old, f"{self.test}: `new` is `old`, nothing is broken"
        return app.replace(self.old, self.new)


def check(pattern_id: str, breaks: Sequence[Break]) -> None:
    """See all tests of a pattern's download pass, and for each break the named test fail.

    Pytest runs as a reader has it, without this project's settings: the whole by a new Python, then
    each break in a process and a folder of its own. Every test must be named by a break, or it
    proves nothing.
    """
    files = downloads.files(pattern_id.replace("-", "_"))
    tests, named = _tests(files["test_app.py"]), {one.test for one in breaks}
    assert named <= tests, f"test_app.py has no {sorted(named - tests)}"
    assert tests <= named, f"no Break shows what these prove: {sorted(tests - named)}"
    assert tests, "test_app.py has no tests"
    jobs = [({**files, "app.py": one.of(files["app.py"])}, one.test) for one in breaks]
    whole, *printed = _run([(files, ""), *jobs])
    _passed(tests, whole)
    said = [
        _unseen(one, job[0], text) for one, job, text in zip(breaks, jobs, printed, strict=True)
    ]
    assert not any(said), "\n\n".join(filter(None, said))


def check_whole(pattern_id: str) -> None:
    """See all tests of a pattern's download pass, as `check` does, and break nothing."""
    files = downloads.files(pattern_id.replace("-", "_"))
    _passed(_tests(files["test_app.py"]), *_run([(files, "")]))


def _passed(tests: set[str], printed: str) -> None:
    bad = [test or "test_app.py" for outcome, test in _outcomes(printed) if outcome != "PASSED"]
    assert not bad, f"as it stands, these fail: {bad}\n{printed}"
    assert {test for _, test in _outcomes(printed)} == tests, printed


def imported(text: str) -> set[str]:
    """The modules that a file imports, dotted, without the standard library and the app."""
    nodes = list(ast.walk(ast.parse(text)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    found = plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    known = {*sys.stdlib_module_names, "app"}
    return {module for module in found if module.partition(".")[0] not in known}


def _tests(text: str) -> set[str]:
    """The names of a file's tests."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = (node.name for node in ast.parse(text).body if isinstance(node, functions))
    return {name for name in found if name.startswith("test_")}


def _unseen(broken: Break, files: Files, printed: str) -> str:
    """What is wrong with a break, "" if its test has failed as it should.

    An app that can't start any more fails every test, and shows nothing of the one named. But to
    start may be what is promised: then others pass.
    """
    found = {outcome for outcome, _ in _outcomes(printed)}
    if "FAILED" in found:
        return ""
    if "ERROR" not in found:
        return f"{broken.test} passes although {broken.old!r} has become {broken.new!r}:\n{printed}"
    if any(outcome == "PASSED" for outcome, _ in _outcomes(*_run([(files, "")]))):
        return ""
    return f"{broken.test}: the broken app must still import and start:\n{printed}"


def _outcomes(printed: str) -> list[tuple[str, str]]:
    """How each test ended, with its name."""
    return _OUTCOME.findall(printed)


def _run(jobs: Iterable[tuple[Files, str]]) -> list[str]:
    """What pytest prints for each folder and its test, "" for all tests and by a new Python."""
    with tempfile.TemporaryDirectory() as place:
        lines, modules = [], set[str]()
        for number, (files, test) in enumerate(jobs):
            folder = Path(place, str(number))
            folder.mkdir()
            for name, text in files.items():
                (folder / name).write_text(text, "utf-8")
            target = f"test_app.py::{test}" if test else "test_app.py"
            options = ["-rA", "-p", "no:cacheprovider", target]
            lines.append(json.dumps([str(folder), options, not test]))
            modules |= imported(files["app.py"]) | imported(files["test_app.py"])
        subprocess.run(
            [sys.executable, _FORKS, str(PATIENCE), *sorted(modules)],
            cwd=place,
            env={key: os.environ[key] for key in _KEPT if key in os.environ},
            input="\n".join(lines),
            text=True,
            check=True,
        )
        outputs = [Path(place, f"{number}.txt") for number in range(len(lines))]
        printed = [output.read_text("utf-8") for output in outputs if output.exists()]
    assert not printed[-1].endswith("\nTIMEOUT\n"), (
        f"{json.loads(lines[len(printed) - 1])[1][-1]} takes more than {PATIENCE} s; "
        f"let it wait with a deadline:\n{printed[-1]}"
    )
    return printed
