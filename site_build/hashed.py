"""Files whose names bear their content's hash: cached for ever, and kept for some builds.

A reader who has a page open when a new version is put in its place still asks for the files that
this page names, when Python starts, for example. So a build takes over those of the last builds.
"""

import json
import re
import shutil
from pathlib import Path

KEPT = 3  # builds whose files are there, the newest included
LIST = "assets/hashed.json"
# Source maps are read by nobody who has an old page open.
_NAME = re.compile(r"[.-](?=[0-9a-f]*\d)[0-9a-f]{8,64}\.(?!.*map$)")


def hashed(site: Path) -> list[str]:
    """The files of a built site whose names bear a hash, as paths in it."""
    files = (path for path in (site / "assets").rglob("*") if path.is_file())
    return sorted(str(path.relative_to(site)) for path in files if _NAME.search(path.name))


def keep(fresh: Path, old: Path) -> None:
    """Take over the hashed files of the last builds, and list in the site which build has which.

    A build that has the same files as the one before it counts as the same.
    """
    own = hashed(fresh)
    before = [files for files in _builds(old) if files != own][: KEPT - 1]
    for file in {file for files in before for file in files} - set(own):
        if (old / file).is_file():
            (fresh / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old / file, fresh / file)
    told = {"format": 1, "builds": [own, *before]}
    (fresh / LIST).write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def of_before(site: Path) -> set[str]:
    """What a site holds for readers of older builds alone, and the list of it."""
    own, *before = _builds(site) or [[]]
    return {LIST, *(file for files in before for file in files)} - set(own)


def _builds(site: Path) -> list[list[str]]:
    """The hashed files of each build that a site holds, the newest first."""
    if not (site / LIST).is_file():
        return [hashed(site)] if site.is_dir() else []
    builds: list[list[str]] = json.loads((site / LIST).read_text("utf-8"))["builds"]
    return builds
