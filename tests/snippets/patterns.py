"""A pattern keeps its promises as it is downloaded; its own tests see each one broken.

BREAKS = [
    Break("test_a_callback_is_sent_again_after_a_500", "retries=3", "retries=0"),
]

def test_each_promise_is_kept_and_its_test_fails_without_it() -> None:
    check("webhook-callback", BREAKS)
"""

import ast
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from site_build import downloads

PATIENCE = 60  # real seconds for one run of a download's tests on a busy machine
_OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR) test_app\.py(?:::(\w+))?", re.M)
_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


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

    Each run is a process of its own, in a folder of its own, with pytest as a reader has it:
    without this project's settings. Every test must be named by a break, or it proves nothing.
    """
    files = downloads.files(pattern_id.replace("-", "_"))
    tests, named = _tests(files["test_app.py"]), {one.test for one in breaks}
    assert named <= tests, f"test_app.py has no {sorted(named - tests)}"
    assert tests <= named, f"no Break shows what these prove: {sorted(tests - named)}"
    assert tests, "test_app.py has no tests"
    broken = [{**files, "app.py": one.of(files["app.py"])} for one in breaks]
    outcomes, printed = _run(files)
    bad = [test or "test_app.py" for outcome, test in outcomes if outcome != "PASSED"]
    assert not bad, f"as it stands, these fail: {bad}\n{printed}"
    assert {test for _, test in outcomes} == tests, printed
    said = [_unseen(*pair) for pair in zip(broken, breaks, strict=True)]
    assert not any(said), "\n\n".join(filter(None, said))


def _tests(text: str) -> set[str]:
    """The names of a file's tests."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = (node.name for node in ast.parse(text).body if isinstance(node, functions))
    return {name for name in found if name.startswith("test_")}


def _unseen(files: dict[str, str], broken: Break) -> str:
    """What is wrong with a break, "" if its test has failed as it should."""
    outcomes, printed = _run(files, broken.test)
    found = {outcome for outcome, _ in outcomes}
    if "FAILED" in found:
        return ""
    if "ERROR" in found:
        return f"{broken.test}: the broken app must still import and start:\n{printed}"
    return f"{broken.test} passes although {broken.old!r} has become {broken.new!r}"


def _run(files: dict[str, str], test: str = "") -> tuple[list[tuple[str, str]], str]:
    """How each test of a folder ended, by its name, and what pytest printed."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text, "utf-8")
        target = f"test_app.py::{test}" if test else "test_app.py"
        printed = _printed(Path(folder), "-rA", "-p", "no:cacheprovider", target)
    return _OUTCOME.findall(printed), printed


def _printed(folder: Path, *options: str) -> str:
    """What pytest prints that is run in a folder. What a test leaves behind ends with it."""
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *options],
        cwd=folder,
        env={key: os.environ[key] for key in _KEPT if key in os.environ},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            return process.communicate(timeout=PATIENCE)[0]
        except subprocess.TimeoutExpired as error:
            why = f"{options[-1]} takes more than {PATIENCE} s; let it wait with a deadline"
            raise AssertionError(why) from error
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
