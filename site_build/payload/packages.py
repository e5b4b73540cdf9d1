"""The Python packages that an example needs in the browser, as the lock pins them."""

import re
import subprocess
import sys
from pathlib import Path

from site_build.payload.making import PayloadError, digest, made
from site_build.snippets import ROOT

# FastAPI's own closure, and what the snippets import besides.
PACKAGES = (
    *("aiosqlite", "annotated-doc", "annotated-types", "anyio", "certifi", "fastapi", "h11"),
    *("httpcore", "httpx", "idna", "opentelemetry-api", "pydantic", "pydantic-core"),
    *("python-multipart", "sqlalchemy", "starlette", "typing-extensions", "typing-inspection"),
)
_PLATFORM = (
    *("--python-version", "3.14", "--implementation", "cp"),
    *("--abi", "cp314", "--abi", "abi3", "--abi", "none"),
    *("--platform", "pyemscripten_2026_0_wasm32", "--platform", "any"),
)


def locked(packages: tuple[str, ...] = PACKAGES) -> str:
    """The part of requirements.txt that pins some packages, hashes included.

    Raises:
        LookupError: one of them is not in the lock.
    """
    entries = re.split(r"^(?=[a-z0-9])", (ROOT / "requirements.txt").read_text("utf-8"), flags=re.M)
    by_name = {entry.partition("==")[0].partition("[")[0]: entry for entry in entries}
    missing = [name for name in packages if name not in by_name]
    if missing:
        raise LookupError(f"requirements.txt does not pin {', '.join(missing)}; run make lock")
    return "".join(by_name[name] for name in packages)


def wheels() -> Path:
    """A folder with the packages' wheels for WebAssembly, downloaded once for each lock.

    Raises:
        PayloadError: pip cannot get them, or a hash is not as locked.
    """
    pins = locked()

    def download(folder: Path) -> None:
        listed = folder / "requirements.txt"
        listed.write_text(pins, "utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--require-hashes", "--only-binary=:all:", *_PLATFORM]
        command += ["-d", str(folder), "-r", str(listed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PayloadError(f"the browser's packages cannot be downloaded: {done.stderr}")

    return made(ROOT / ".cache" / "wheels", "wheels", digest(pins), download)
