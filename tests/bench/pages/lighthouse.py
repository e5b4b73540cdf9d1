"""Lighthouse, installed from a lock of its own: nobody else needs its hundred packages."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from site_build.snippets import ROOT
from tests.browser import chromium

LOCKS = Path(__file__).resolve().parent
INSTALLED = ROOT / ".cache" / "bench" / "pages"
# In the order in which Lighthouse shows them.
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_BIN = Path(sys.executable).parent
_ENVIRONMENT = {**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ.get('PATH', '')}"}


def _run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**_ENVIRONMENT, "CHROME_PATH": chromium.find()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def install() -> None:
    """Install what the lock names, unless it is there.

    Raises:
        RuntimeError: npm cannot; the message is what it printed.
    """
    files = [LOCKS / "package.json", LOCKS / "package-lock.json", ROOT / ".npmrc"]
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = INSTALLED / ".synced"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    print("  installing Lighthouse", flush=True)
    shutil.rmtree(INSTALLED, ignore_errors=True)
    INSTALLED.mkdir(parents=True)
    for path in files:
        shutil.copy(path, INSTALLED)
    _run(_BIN / "npm", "ci", cwd=INSTALLED)
    stamp.write_text(wanted, "utf-8")


def version() -> str:
    """The locked version."""
    text = (LOCKS / "package.json").read_text("utf-8")
    found: str = json.loads(text)["dependencies"]["lighthouse"]
    return found


def figures(address: str) -> list[int]:
    """The four figures of a page, of 100, in the order of `CATEGORIES`.

    A phone is simulated, on a slow line: Lighthouse's own default.

    Raises:
        RuntimeError: Lighthouse fails; the message is what it printed.
    """
    program = INSTALLED / "node_modules" / "lighthouse" / "cli" / "index.js"
    flags = " ".join(["--headless=new", *chromium.ARGUMENTS])
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={flags}"]
        _run(_BIN / "node", program, address, *options, cwd=Path(folder))
        told = json.loads(report.read_text("utf-8"))
    if error := told.get("runtimeError"):
        raise RuntimeError(f"{address}: {error['message']}")
    return [round(100 * (told["categories"][name]["score"] or 0)) for name in CATEGORIES]
