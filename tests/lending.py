"""What a copy of the project needs besides its code, to make the payload of its pages."""

import os
import shutil
from pathlib import Path

from site_build.payload.build import payload
from site_build.snippets import ROOT

_FILES = ("package.json", "package-lock.json", "pyproject.toml", "requirements.txt")


def lend(folder: Path) -> None:
    """Have a copy of the project build on what this one has installed, downloaded and made."""
    payload()
    for name in _FILES:
        shutil.copy(ROOT / name, folder)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    made = folder / ".cache" / "payload"
    shutil.copytree(ROOT / ".cache" / "payload", made, copy_function=os.link)
    (ROOT / ".cache" / "pictures").mkdir(parents=True, exist_ok=True)
    for name in ("pictures", "wheels"):
        (folder / ".cache" / name).symlink_to(ROOT / ".cache" / name)
