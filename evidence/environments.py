"""Environments other than the project's own: locked, hash-checked, installed on demand.

`environments.toml` says what each needs, `environments/<name>.txt` is its lock:

    [celery-alone]
    needs = ["celery==5.7.0"]
    overrides = ["kombu==5.6.2"] # if it must be one that a package does not accept
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import Lock

HERE = Path(__file__).resolve().parent
DECLARED = HERE / "environments.toml"
LOCKS = HERE / "environments"
INSTALLED = HERE.parent / ".cache" / "evidence"
_one_at_a_time = Lock()


class EnvironmentFailure(Exception):
    """An environment that is not declared, not locked, or does not install."""


def declared() -> dict[str, list[str]]:
    """What each environment needs, by name."""
    content = tomllib.loads(DECLARED.read_text("utf-8"))
    return {name: table["needs"] for name, table in content.items()}


def environment(name: str) -> Path:
    """The Python of an environment, which is installed if it isn't, or if its lock has changed.

    Raises:
        EnvironmentFailure: it is not declared or not locked, or uv cannot install it.
    """
    with _one_at_a_time:  # probes run side by side
        return _installed(name)


@cache
def _installed(name: str) -> Path:
    lock, folder = _lock_of(name), INSTALLED / name
    python, stamp = folder / "bin" / "python", folder / ".synced"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        install(folder, "sync", "--require-hashes", str(lock))
        stamp.write_text(wanted, "utf-8")
    return python


def install(folder: Path, *command: str) -> Path:
    """Make an environment in a folder by a command of `uv pip`; its Python.

    Raises:
        EnvironmentFailure: uv cannot.
    """
    print(f"  installing {folder.relative_to(HERE.parent)}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    _uv("venv", "--python", sys.executable, str(folder))
    python = folder / "bin" / "python"
    _uv("pip", command[0], "--python", str(python), *command[1:])
    return python


def versions(name: str, packages: Iterable[str]) -> dict[str, str]:
    """The locked versions of some of an environment's packages, in the order given."""
    lines = _lock_of(name).read_text("utf-8").splitlines()
    pins = dict(line.split(" ")[0].split("==") for line in lines if "==" in line.split(" ")[0])
    return {package: pins[package] for package in packages}


def lock(names: Iterable[str] = (), newest: bool = False) -> None:
    """Remake the locks of some environments, or of all.

    With `newest` what is declared as `==` is taken as at least that, except in environments whose
    names have a number: these are kept as they are, and not locked again.

    Raises:
        EnvironmentFailure: one is not declared, or its needs cannot be met together.
    """
    for name in names or declared():
        if name not in declared():
            raise EnvironmentFailure(f"{name!r} is not in evidence/environments.toml")
        if newest and re.search(r"\d", name):
            continue
        print(f"locking {name}", flush=True)
        options = [*_overrides(name), *(["--upgrade"] if newest else [])]
        needs = "\n".join(declared()[name]).replace("==", ">=" if newest else "==")
        _uv(
            *("pip", "compile", *options, "--quiet", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-emit-index-url", "--no-annotate"),
            *("--custom-compile-command", f"python -m evidence lock {name}"),
            *("-o", str(LOCKS / f"{name}.txt"), "-"),
            given=needs,
        )
    surplus = {path.stem for path in LOCKS.glob("*.txt")} - set(declared())
    for name in surplus:
        (LOCKS / f"{name}.txt").unlink()


def _overrides(name: str) -> tuple[str, ...]:
    """The option of uv for what an environment has against the will of its packages."""
    overrides = tomllib.loads(DECLARED.read_text("utf-8"))[name].get("overrides")
    if not overrides:
        return ()
    INSTALLED.mkdir(parents=True, exist_ok=True)
    file = INSTALLED / f"{name}.overrides"
    file.write_text("\n".join(overrides), "utf-8")
    return "--overrides", str(file)


def _lock_of(name: str) -> Path:
    path = LOCKS / f"{name}.txt"
    if name not in declared() or not path.is_file():
        raise EnvironmentFailure(
            f"no environment {name!r}; declare it in evidence/environments.toml, "
            f"then `python -m evidence lock {name}`"
        )
    return path


def _uv(*arguments: str, given: str = "") -> None:
    command = [str(Path(sys.executable).parent / "uv"), *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EnvironmentFailure(f"uv {' '.join(arguments[:2])} failed:\n{done.stderr.strip()}")
