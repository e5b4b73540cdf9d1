"""Draws SVG pictures as PNG, by resvg, and keeps them in .cache/ by the hash of what made them.

The fonts come from the lock, so the bytes are the same on every machine.
"""

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from site_build.pictures.fonts import FAMILY, FILES, missing
from site_build.recordings import node
from site_build.snippets import ROOT

KEPT = ROOT / ".cache" / "pictures"
_PROGRAM = ROOT / "web" / "pictures" / "render.mjs"
_PACKAGES = ("@resvg/resvg-wasm", "@expo-google-fonts/noto-sans-sc")
_UNUSED_S = 30 * 24 * 3600  # how long a picture stays that no build has wanted
_AT_ONCE = 2
# The font lacks the mathematical brackets that `make new` writes, and has the Chinese ones.
_ALIKE = str.maketrans("⟨⟩", "〈〉")


class PictureError(Exception):
    """A picture cannot be drawn; the message says which, and why."""


@dataclass(frozen=True)
class Picture:
    """A picture to draw: what it is called in errors, its SVG, and how many times larger."""

    name: str
    svg: str
    zoom: int = 1

    @property
    def drawn(self) -> str:
        """Its SVG in characters that the font has."""
        return self.svg.translate(_ALIKE)

    def place(self, folder: Path) -> Path:
        """Where its PNG is kept."""
        key = hashlib.sha256(f"{self.zoom} {self.svg}".encode() + _maker()).hexdigest()
        return folder / f"{key[:32]}.png"


@cache
def _maker() -> bytes:
    """The hash of what draws."""
    packages = [ROOT / "node_modules" / name / "package.json" for name in _PACKAGES]
    told = b"".join(path.read_bytes() for path in (_PROGRAM, *packages))
    return hashlib.sha256(told).digest()


def rendered(pictures: Iterable[Picture], folder: Path = KEPT) -> list[Path]:
    """The PNG files of pictures, in their order; those that are kept are not drawn again.

    Raises:
        PictureError: the font lacks a character, or the program fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(picture.place(folder), picture) for picture in pictures]
    fresh = {place: picture for place, picture in wanted if not place.is_file()}
    if fresh:
        _draw(fresh)
    for place, _ in wanted:
        os.utime(place)
    _forget(folder)
    return [place for place, _ in wanted]


def _draw(fresh: dict[Path, Picture]) -> None:
    """Draw pictures, the largest first, so that both processes end together."""
    for picture in fresh.values():
        if lacking := missing(picture.drawn):
            raise PictureError(
                f"{picture.name}: its picture needs {', '.join(map(repr, lacking))}, which "
                f"{FAMILY} does not have; write it another way"
            )
    order = sorted(fresh.items(), key=lambda pair: -len(pair[1].svg))
    shares = [order[n::_AT_ONCE] for n in range(_AT_ONCE)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # each waits for a Node
        list(pool.map(_run, [share for share in shares if share]))


def _run(share: list[tuple[Path, Picture]]) -> None:
    jobs = [{"svg": one.drawn, "zoom": one.zoom, "to": str(place)} for place, one in share]
    told = {"fonts": [str(path) for path in FILES.values()], "family": FAMILY, "jobs": jobs}
    done = subprocess.run(
        [node(), _PROGRAM],
        cwd=ROOT,
        input=json.dumps(told),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        first = next((one.name for place, one in share if not place.is_file()), "")
        raise PictureError(f"{first} cannot be drawn: {done.stderr.strip()[-2000:]}")


def _forget(folder: Path) -> None:
    """Remove what no build has wanted for long."""
    oldest = time.time() - _UNUSED_S
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
