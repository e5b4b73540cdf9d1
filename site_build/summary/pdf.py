"""The page `summary` as a PDF: its own article, typeset by Typst.

A PDF is kept in .cache/ by the hash of all that it depends on; `RECORDINGS=afresh` makes it anew.
Its bytes are the same everywhere: the fonts come from the locks, and no day is in it.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from site_build.snippets import ROOT
from site_build.summary.boxes import SummaryError
from site_build.summary.parts import FILE
from site_build.summary.tree import tree

SHEET = Path(__file__).with_name("sheet.typ")
FOLDER = ROOT / ".cache" / "summary"
_FONTS = ROOT / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
_LOCKS = ("requirements.txt", "package-lock.json")
_pages: dict[str, str] = {}


def note(html: str, address: str, language: str, name: str) -> None:
    """Take the article of the page in one language; `publish` typesets it.

    `address` is the page's public one, `name` the site's.
    """
    told = {"language": language, "name": name, "address": address, "inside": tree(html, address)}
    _pages[language] = json.dumps(told, ensure_ascii=False, sort_keys=True)


def publish(site: Path, languages: tuple[str, ...]) -> None:
    """Put the PDF of each noted page below the home page of its language; the first has the root.

    Raises:
        SummaryError: a font is missing, or Typst complains.
    """
    for language, told in list(_pages.items()):
        home = site if language == languages[0] else site / language
        (home / FILE).write_bytes(pdf(told))
        del _pages[language]


def pdf(told: str) -> bytes:
    """Typeset a page, or take what an earlier build has kept.

    Raises:
        SummaryError: a font is missing, or Typst complains.
    """
    digest = hashlib.sha256(told.encode())
    for path in (SHEET, *(ROOT / lock for lock in _LOCKS)):
        digest.update(path.read_bytes())
    kept = FOLDER / f"{digest.hexdigest()[:32]}.pdf"
    if not kept.is_file() or os.environ.get("RECORDINGS") == "afresh":
        made = _typeset(told)
        FOLDER.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(made)
        fresh.replace(kept)  # in one step: another build may be reading
    return kept.read_bytes()


def _fonts() -> Iterator[Path]:
    for weight in ("400Regular", "700Bold"):
        if not any((_FONTS / weight).glob("*.ttf")):
            raise SummaryError(f"there is no font in {_FONTS / weight}; `make check` installs it")
        yield _FONTS / weight


def _typeset(told: str) -> bytes:
    import typst  # a whole compiler: not for a build that has the file already

    try:
        made = typst.compile(
            SHEET,
            root=SHEET.parent,
            font_paths=list(_fonts()),
            ignore_system_fonts=True,
            sys_inputs={"told": told},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        raise SummaryError(f"{SHEET.relative_to(ROOT)}: {error}") from error
    assert isinstance(made, bytes)
    return made
