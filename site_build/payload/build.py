"""Builds the payload: what a page downloads before it can run Python, and the scripts for it.

What each step makes is kept in .cache/payload under the hash of all that it depends on, so a
second build costs nothing, and a change of the recorder compiles no package again.
"""

import base64
import hashlib
import json
import shutil
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from recorder.words import WORDS
from site_build.payload import pins, sources
from site_build.payload.carried import carry
from site_build.payload.groups import GROUPS, roots
from site_build.payload.licences import notices, notices_of
from site_build.payload.making import PROGRAMS, PayloadError, digest, made, run
from site_build.payload.packages import locked
from site_build.payload.steps import depends, libraries
from site_build.snippets import LANGUAGES, ROOT

FOLDER = ROOT / ".cache" / "payload"
SANDBOX = PROGRAMS.parent
PLAYER = SANDBOX.parent / "javascript"  # which plays in Node, and in the browser
# What a snapshot of a started Python rests on.
_STARTED = ("core", "library", "native", "worker")
# The scripts that pages load: what of web/sandbox each is made of, in which form, and whether for
# pages of one language. An embed may have no origin, and such a page can load no module.
_PAGES = {
    **{f"sandbox.{language}.js": ("element.mjs", "module", language) for language in LANGUAGES},
    "embed.js": ("embed.mjs", "classic", ""),
}


def payload(folder: Path = FOLDER) -> Path:
    """The folder with the payload: `live/`, the pages' scripts and `manifest.json`.

    Args:
        folder: where everything that was made before is kept, in the project.

    Raises:
        PayloadError: a step fails.
    """
    python, copied = digest(*depends()), locked(pins.COPIED)
    files = [path for place in (SANDBOX, PLAYER) for path in place.rglob("*") if path.is_file()]

    def make(target: Path) -> None:
        built = made(folder, "python", python, lambda place: _Builder(folder, place).python())
        shutil.copytree(built, target, dirs_exist_ok=True)
        _Builder(folder, target).scripts()

    return made(folder, "payload", digest(python, copied, *sorted(files)), make)


def publish(assets: Path, made_before: Path | None = None) -> None:
    """Put the payload into a site's folder of assets.

    Raises:
        PayloadError: it cannot be built, or a file of its list is not there.
    """
    found = made_before or payload()
    manifest = json.loads((found / "manifest.json").read_text("utf-8"))
    missing = [
        file["name"]
        for file in manifest["files"].values()
        if not (found / "live" / file["name"]).is_file()
    ]
    if missing:
        raise PayloadError(f"{found} lacks {', '.join(missing)}: remove it, and build again")
    shutil.copytree(found / "live", assets / "live", dirs_exist_ok=True)
    carry(assets)
    for name in (*_PAGES, "licenses.txt"):
        shutil.copy(found / name, assets / name)


class _Builder:
    """Makes one payload."""

    def __init__(self, kept: Path, target: Path) -> None:
        self.kept, self.target = kept, target
        self.files: dict[str, dict[str, Any]] = {}
        self.bundled: set[str] = set()  # the packages that scripts have parts of

    def python(self) -> None:
        """Make Python and its libraries."""
        print("Preparing Python for the browser", file=sys.stderr, flush=True)
        (self.target / "live").mkdir()
        archives, places = libraries(self.kept)
        contents = {f"{name}.zip.zst": sources.archive(files) for name, files in archives.items()}
        contents["pydantic_core.so.zst"] = sources.extension()[1]
        contents["python.wasm.zst"] = (sources.PYODIDE / "pyodide.asm.wasm").read_bytes()
        self.compress(contents)
        (self.target / "licenses.txt").write_text(notices(), "utf-8")
        groups = {group: roots(places, group) for group in GROUPS}
        self.tell({"files": self.files, "groups": groups, "versions": pins.started()})

    def scripts(self) -> None:
        """Make the scripts of page, frame and worker, which know what there is of Python."""
        told = json.loads((self.target / "manifest.json").read_text("utf-8"))
        self.files = told["files"]
        words = {"WORDS": WORDS}
        self.compress(
            {
                "worker.js.zst": self.bundle("worker.mjs"),
                "javascript.js.zst": self.bundle("javascript/worker.mjs", words),
                "express.js.zst": self.bundle("javascript/express.mjs", words),
            }
        )
        self.publish("frame.html", _frame(self.bundle("frame.mjs")))
        told["version"] = digest(*(self.files[name]["name"] for name in _STARTED))
        tools = self.tools({**told, "files": dict(self.files)})
        self.tell(told)
        for name, (entry, form, language) in _PAGES.items():
            values = {"ASSETS": "./", "LANGUAGE": language, "MANIFEST": {"files": tools}}
            (self.target / name).write_bytes(self.bundle(entry, values, form))
        with (self.target / "licenses.txt").open("a", encoding="utf-8") as licences:
            licences.write(notices_of(self.bundled))

    def tools(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Make the scripts that a page loads when they are used; the files they are."""
        values = {"ASSETS": "../", "LANGUAGE": "", "MANIFEST": manifest, "VERSIONS": pins.told()}
        before = set(self.files)
        for tool in sorted((SANDBOX / "tools").glob("*.mjs")):
            for name, form in ((tool.stem, "module"), (f"{tool.stem}-classic", "classic")):
                self.publish(f"{name}.js", self.bundle(f"tools/{tool.name}", values, form))
        return {name: self.files[name] for name in self.files if name not in before}

    def tell(self, manifest: Mapping[str, Any]) -> None:
        """Write the list of what there is."""
        text = json.dumps(manifest, indent=1, sort_keys=True)
        (self.target / "manifest.json").write_text(text, "utf-8")

    def publish(self, name: str, content: bytes, unpacked: int = 0) -> None:
        """Write one file under a name that has its content's hash in it."""
        stem, _, endings = name.partition(".")
        full = f"{stem}.{hashlib.sha256(content).hexdigest()[:16]}.{endings}"
        (self.target / "live" / full).write_bytes(content)
        size = len(content)
        key = {"python": "core", "pydantic_core": "native"}.get(stem, stem)
        self.files[key] = {"name": full, "bytes": size, "unpacked": unpacked or size}

    def compress(self, contents: Mapping[str, bytes]) -> None:
        """Publish files, compressed."""
        longest_first = sorted(contents, key=lambda name: -len(contents[name]))
        with ThreadPoolExecutor(2) as pool:  # each waits for a Node
            packed = pool.map(lambda name: self.packed(name, contents[name]), longest_first)
            for name, content in zip(longest_first, packed, strict=True):
                self.publish(name, content, len(contents[name]))

    def packed(self, name: str, content: bytes) -> bytes:
        """The compressed content of a file."""

        def make(place: Path) -> None:
            (place / "raw").write_bytes(content)
            run("compress.mjs", place / "raw", place / name)
            (place / "raw").unlink()

        key = digest(content, PROGRAMS / "compress.mjs")
        return (made(self.kept, name, key, make) / name).read_bytes()

    def bundle(
        self, name: str, values: Mapping[str, Any] | None = None, form: str = "module"
    ) -> bytes:
        """A script with all that it imports, in one; some of its names replaced by values."""
        there, given = self.target / "bundle.js", json.dumps(values or {}, default=dict)
        told = run("bundle.mjs", SANDBOX / name, there, given, form)
        self.bundled.update(json.loads(told))
        content = there.read_bytes()
        there.unlink()
        return content


def _frame(script: bytes) -> bytes:
    """The frame's page, which runs this one script only."""
    text = script.decode().strip().replace("</script", "<\\/script")
    hashed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    page = (SANDBOX / "frame.html").read_text("utf-8")
    return page.replace("SCRIPT", f"sha256-{hashed}").replace("FRAME", text).encode()
