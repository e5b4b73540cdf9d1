"""Finds a Chromium for the browser tests; as a command, installs one if there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ARGUMENTS = [
    "--no-sandbox",  # the tests may run as root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
MAC_APPS = Path("/Applications")
# Where Playwright's own installer puts its browsers.
PLAYWRIGHT_CACHES = (
    Path.home() / ".cache/ms-playwright",
    Path.home() / "Library/Caches/ms-playwright",
)

# The Chinese font is for screenshots: without one each character is an empty box.
APT = "apt-get install -y --no-install-recommends chromium fonts-noto-cjk"
DNF = "dnf install -y chromium google-noto-sans-cjk-fonts"
BREW = "brew install --cask google-chrome"
PLAYWRIGHT = f"{sys.executable} -m playwright install chromium"


def find() -> str:
    """Return the path of a Chromium or Chrome; `CHROMIUM` in the environment wins."""
    if chosen := os.environ.get("CHROMIUM"):
        if found := shutil.which(chosen):
            return found
        raise FileNotFoundError(f"CHROMIUM={chosen} is not a program")
    places = [found for name in NAMES if (found := shutil.which(name))]
    places += map(str, MAC_APPS.glob("*Chrom*.app/Contents/MacOS/*Chrom*"))
    for cache in PLAYWRIGHT_CACHES:
        places += map(str, cache.glob("chromium-*/chrome-linux*/chrome"))
        places += map(str, cache.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*Chrom*"))
    if not places:
        raise FileNotFoundError("no Chromium found")
    return places[0]


def ways() -> list[str]:
    """Return the commands that may install one here, the best first."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    found = []
    if shutil.which("apt-get"):
        found.append(f"{sudo}apt-get update && {sudo}{APT}")
    if shutil.which("dnf"):
        found.append(sudo + DNF)
    if shutil.which("brew"):
        found.append(BREW)
    return [*found, PLAYWRIGHT]


def may_run(command: str) -> bool:
    """Tell whether a command runs without asking for a password."""
    if not command.startswith("sudo "):
        return True
    if not shutil.which("sudo"):
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def main() -> int:
    """Install a Chromium where there is none; return the exit code."""
    try:
        find()
    except FileNotFoundError as missing:
        if os.environ.get("CHROMIUM"):
            print(missing)
            return 1
    else:
        return 0
    for command in filter(may_run, ways()):
        print(f"Installing Chromium: {command}", flush=True)
        done = subprocess.run(
            command,
            shell=True,  # "&&" is the shell's, and nothing in the command comes from outside
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},  # apt must not ask
        )
        try:
            find()
        except FileNotFoundError:
            print(done.stdout)
        else:
            return 0
    print(f"The browser tests need Chromium: {ways()[0]}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
