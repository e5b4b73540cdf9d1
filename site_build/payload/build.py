"""Builds the payload: what a page downloads before it can run Python, and the scripts for it.

What each step makes is kept in .cache/payload under the hash of all that it depends on, so a
second build costs nothing, and a change of the recorder compiles no package again.
"""

import base64
import hashlib
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from site_build.payload import library
from site_build.payload.groups import GROUPS, roots
from site_build.payload.licences import notices
from site_build.payload.making import PROGRAMS, digest, made, run
from site_build.payload.packages import locked
from site_build.payload.steps import depends, libraries
from site_build.snippets import ROOT

FOLDER = ROOT / ".cache" / "payload"
SANDBOX = PROGRAMS.parent
_FRAME = """<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<script type="module">{script}</script>
"""
# The frame runs this one script, compiles WebAssembly, and starts the worker that it is handed.
_POLICY = "default-src 'none'; script-src 'sha256-{hash}' 'wasm-unsafe-eval'; worker-src blob:"


def payload(folder: Path = FOLDER) -> Path:
    """The folder with the payload: `live/`, `sandbox.js` and `manifest.json`.

    Args:
        folder: where everything that was made before is kept.

    Raises:
        PayloadError: a step fails.
    """
    return made(folder, "payload", digest(*depends(), *_scripts()), Builder(folder).build)


def _scripts() -> list[Path]:
    return [path for path in sorted(SANDBOX.rglob("*")) if path.is_file()]


class Builder:
    """Makes one payload, in the folder that `build` is given."""

    def __init__(self, kept: Path) -> None:
        self.kept = kept
        self.files: dict[str, dict[str, Any]] = {}

    def build(self, target: Path) -> None:
        """Make everything."""
        print("Preparing Python for the browser", file=sys.stderr, flush=True)
        (target / "live").mkdir()
        archives, places = libraries(self.kept)
        contents = {f"{name}.zip": library.archive(files) for name, files in archives.items()}
        path, contents["pydantic_core.so"] = library.extension()
        contents["python.wasm"] = (library.PYODIDE / "pyodide.asm.wasm").read_bytes()
        self.compress(target, {f"{name}.zst": content for name, content in contents.items()})
        lock = {"info": _info(), "packages": {}}
        worker = self.bundle(target, "worker.mjs", {"LOCK": lock})
        self.compress(target, {"worker.js.gz": worker})
        self.publish(target, "frame.html", _frame(self.bundle(target, "frame.mjs", {})))
        self.publish(target, "licenses.txt", notices().encode())
        manifest = {
            "files": dict(sorted(self.files.items())),
            "groups": {group: roots(places, group) for group in GROUPS},
            "extension": path,
            "versions": _versions(),
        }
        (target / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")
        script = self.bundle(target, "element.mjs", {"MANIFEST": manifest})
        (target / "sandbox.js").write_bytes(script)

    def publish(self, target: Path, name: str, content: bytes, unpacked: int = 0) -> None:
        """Write one file under a name that has its content's hash in it."""
        stem, _, endings = name.partition(".")
        full = f"{stem}.{hashlib.sha256(content).hexdigest()[:16]}.{endings}"
        (target / "live" / full).write_bytes(content)
        size = len(content)
        self.files[stem] = {"name": full, "bytes": size, "unpacked": unpacked or size}

    def compress(self, target: Path, contents: Mapping[str, bytes]) -> None:
        """Publish files, each compressed as the end of its name says."""
        place = self.kept / "compressed"
        place.mkdir(parents=True, exist_ok=True)
        packed = {
            name: place / f"{digest(content, PROGRAMS / 'compress.mjs')}-{name}"
            for name, content in contents.items()
        }
        jobs = []
        for name, content in contents.items():
            if not packed[name].is_file():
                source = target / name.rpartition(".")[0]
                source.write_bytes(content)
                jobs += [source, target / name]
        if jobs:
            run("compress.mjs", *jobs)
        for source, compressed in zip(jobs[::2], jobs[1::2], strict=True):
            source.unlink()
            compressed.replace(packed[compressed.name])
        for name, content in contents.items():
            self.publish(target, name, packed[name].read_bytes(), len(content))

    def bundle(self, target: Path, name: str, values: dict[str, Any]) -> bytes:
        """A script with all that it imports, in one."""
        made_there = target / "bundle.js"
        run("bundle.mjs", SANDBOX / name, made_there, json.dumps(values))
        content = made_there.read_bytes()
        made_there.unlink()
        return content


def _frame(script: bytes) -> bytes:
    text = script.decode().strip().replace("</script", "<\\/script")
    hashed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return _FRAME.format(policy=_POLICY.format(hash=hashed), script=text).encode()


def _info() -> dict[str, str]:
    """What Pyodide's lock file says of itself; it asks nothing more of one without packages."""
    lock = json.loads((library.PYODIDE / "pyodide-lock.json").read_text("utf-8"))
    info: dict[str, str] = lock["info"]
    return info


def _versions() -> dict[str, str]:
    pins = dict(re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)", locked(), re.M))
    pyodide = json.loads((library.PYODIDE / "package.json").read_text("utf-8"))["version"]
    return {"python": _info()["python"], "pyodide": pyodide, **pins}
