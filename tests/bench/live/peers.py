"""The peers: installed from their own locks, put together as one hosts them oneself."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path

from site_build.payload.packages import wheels
from site_build.snippets import ROOT, snippet
from tests.bench.live.packing import pack

HERE = Path(__file__).resolve().parent
LOCKS, PAGES = HERE / "peers", HERE / "pages"
INSTALLED = ROOT / ".cache" / "bench"
SERVED = INSTALLED / "served"
NPM = INSTALLED / "npm" / "node_modules"
PYODIDE = ROOT / "node_modules" / "pyodide"
SNIPPET = "sequential_order/wrong"
# FastAPI's closure: the other wheels that the site has are not needed by the snippet.
CLOSURE = (
    *("annotated-doc", "annotated-types", "anyio", "fastapi", "idna", "opentelemetry-api"),
    *("pydantic", "pydantic-core", "starlette", "typing-extensions", "typing-inspection"),
)
_BIN = Path(sys.executable).parent
_ENVIRONMENT = {**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ.get('PATH', '')}"}


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def install() -> None:
    """Install what the locks name, unless it is there.

    Raises:
        RuntimeError: npm, uv or pip cannot; the message is what it printed.
    """
    files = sorted(path for path in LOCKS.iterdir() if path.suffix in (".json", ".txt"))
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = INSTALLED / ".synced"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    print("  installing the peers", flush=True)
    npm, python = NPM.parent, INSTALLED / "python"
    for folder in (npm, python, INSTALLED / "wheels"):
        shutil.rmtree(folder, ignore_errors=True)
    npm.mkdir(parents=True)
    for path in (LOCKS / "package.json", LOCKS / "package-lock.json", ROOT / ".npmrc"):
        shutil.copy(path, npm)
    _run(_BIN / "npm", "ci", cwd=npm)
    _run(_BIN / "uv", "venv", "--python", sys.executable, python)
    lock = LOCKS / "markdown-exec.txt"
    _run(_BIN / "uv", "pip", "sync", "--python", python, "--require-hashes", lock)
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
    pip += ["--only-binary=:all:", "--python-version", "3.14", "-d", str(INSTALLED / "wheels")]
    _run(*pip, "-r", LOCKS / "micropip.txt")
    stamp.write_text(wanted, "utf-8")


def _metadata(wheel: Path) -> tuple[str, str, list[str]]:
    """A wheel's name and version, and its top-level modules."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        found = next(name for name in names if name.endswith(".dist-info/METADATA"))
        headers = HeaderParser().parsestr(archive.read(found).decode())
    tops = {name.partition("/")[0].removesuffix(".py") for name in names}
    name = headers["Name"].lower().replace("_", "-")
    return name, headers["Version"], sorted(top for top in tops if ".dist-info" not in top)


def lock_file(original: str, found: list[Path]) -> str:
    """Pyodide's lock with the wheels in place of its own, older packages.

    What Pyodide's makers recommend to those who host packages: all are asked for at once, none is
    looked up. FastAPI's entry brings the others.
    """
    lock = json.loads(original)
    lock["packages"] = {}
    for wheel in found:
        name, version, modules = _metadata(wheel)
        depends = sorted(set(CLOSURE) - {name}) if name == "fastapi" else []
        lock["packages"][name] = {
            **{"name": name, "version": version, "file_name": wheel.name, "imports": modules},
            **{"sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(), "depends": depends},
            **{"install_dir": "site", "package_type": "package", "unvendored_tests": False},
        }
    return json.dumps(lock)


def _fence(code: str) -> str:
    return _run(INSTALLED / "python" / "bin" / "python", HERE / "fence.py", code)


def assemble() -> Path:
    """The folder that the peers are served from: their files, and a page for each."""
    shutil.rmtree(SERVED, ignore_errors=True)
    pyodide = SERVED / "pyodide"
    shutil.copytree(PYODIDE, pyodide)
    found = [*(INSTALLED / "wheels").glob("*.whl")]
    found += [w for w in wheels().glob("*.whl") if _metadata(w)[0] in CLOSURE]
    for wheel in found:
        shutil.copy(wheel, pyodide)
    lock = pyodide / "pyodide-lock.json"
    lock.write_text(lock_file(lock.read_text("utf-8"), found), "utf-8")
    shutil.copytree(PYODIDE, SERVED / "npm")
    shutil.copytree(NPM / "@pyscript/core/dist", SERVED / "pyscript")
    shutil.copytree(NPM / "ace-builds/src-min-noconflict", SERVED / "ace")
    shutil.copytree(NPM / "@highlightjs/cdn-assets", SERVED / "highlight")
    for asset in (INSTALLED / "python").glob("lib/*/site-packages/markdown_exec/assets/pyodide.*"):
        shutil.copy(asset, SERVED / f"markdown-exec{asset.suffix}")
    pack(path for path in pyodide.iterdir() if path.suffix in (".mjs", ".wasm", ".whl", ".zip"))
    _write_pages()
    return SERVED


def _write_pages() -> None:
    code = snippet(SNIPPET).code + "\n\n" + (PAGES / "ask.txt").read_text("utf-8")
    assert not {"<", "&"} & set(code), "the peers' pages show the listing as it is"
    for page in PAGES.iterdir():
        text = page.read_text("utf-8")
        text = text.replace("{{ fence }}", _fence(code)) if "{{ fence }}" in text else text
        (SERVED / page.name).write_text(text.replace("{{ code }}", code), "utf-8")
