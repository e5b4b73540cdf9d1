"""The site for other servers: as one zip that needs no network, or with each text packed beside it.

    after-the-response/README.txt    how to serve it, in both languages
    after-the-response/index.html    …

The zip's bytes depend on the sources alone: it has nothing of older builds, nor the sitemap, which
bears the day.
"""

import gzip
import shutil
import zipfile
from pathlib import Path

from site_build.hashed import of_before

NAME = "after-the-response"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # no file of a zip can be older
_README = Path(__file__).parent / "download" / "offline.txt"
_TEXTS = {".html", ".css", ".js", ".json", ".md", ".svg", ".txt", ".xml", ".yml", ".map"}
_WORTH = 1024  # bytes: what is smaller fits into a packet anyway


def pack(site: Path, target: Path) -> None:
    """Write a built site as a zip. Nothing is compressed: zlibs differ in what they make of it.

    Raises:
        FileNotFoundError: there is no such site.
    """
    if not (site / "index.html").is_file():
        raise FileNotFoundError(f"there is no site in {site}; `make site` builds it")
    every = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    left_out = of_before(site) | {"sitemap.xml"}
    # A packed copy is for servers that look for one.
    files = {n: p for n, p in every.items() if n not in left_out and p.suffix != ".gz"}
    fresh = target.with_name(f"{target.name}.new")
    with zipfile.ZipFile(fresh, "w") as made:
        for name, path in sorted({"README.txt": _README, **files}.items()):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", _FIRST_DAY)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # of Unix, whatever packs it
            entry.file_size = path.stat().st_size
            with path.open("rb") as content, made.open(entry, "w") as packed:
                shutil.copyfileobj(content, packed)
    fresh.replace(target)


def precompress(site: Path) -> int:
    """Put `<file>.gz` beside each text, for servers that send it as it is.

    Returns:
        How many files were packed.
    """
    files = [path for path in sorted(site.rglob("*")) if path.suffix in _TEXTS]
    worth = [path for path in files if path.is_file() and path.stat().st_size >= _WORTH]
    for path in worth:
        packed = gzip.compress(path.read_bytes(), mtime=0)
        path.with_name(f"{path.name}.gz").write_bytes(packed)
    return len(worth)
