"""The page `summary` as a PDF: whole, linked, tagged, of the same bytes in every build."""

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pytest
from pypdf import PdfReader

from site_build.snippets import LANGUAGES, ROOT
from site_build.summary import pdf
from site_build.summary.boxes import SummaryError
from site_build.summary.tree import tree
from tests.conftest import SITE_URL, Site
from tests.docs.claims import CLAIMS, PATTERNS
from tests.docs.parsed import Page
from tests.docs.test_summary import entries, found, squeezed

every_language = pytest.mark.parametrize("language", LANGUAGES)
SHEETS, LARGEST = 2, 400_000  # bytes
HTML = (
    '<h1>T<a class="headerlink" href="#t">¶</a></h1><h2>A</h2><ul><li><p class="truth">'
    '<a href="../x/">X 后台</a> <span class="at">x/</span></p>'
    "<p><em>a</em> <code>b</code></p></li></ul>"
)
TWICE = """
import hashlib, sys
from site_build.summary import pdf
pdf.note(sys.argv[1], "https://docs.example.test/summary/", "zh", "S")
print(hashlib.sha256(pdf._typeset(pdf._pages["zh"])).hexdigest())
"""


def home(language: str) -> str:
    return "" if language == LANGUAGES[0] else f"{language}/"


def published(site: Site, language: str) -> Path:
    return site.folder / home(language) / "summary.pdf"


def read(site: Site, language: str) -> PdfReader:
    return PdfReader(published(site, language))


def text(reader: PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in reader.pages))


def links(reader: PdfReader) -> list[str]:
    notes = (note.get_object() for page in reader.pages for note in page.get("/Annots", []))
    return [note["/A"]["/URI"] for note in notes if "/A" in note]


# -- of the built site --------------------------------------------------------------------------


@every_language
def test_it_has_all_that_the_page_says(language: str, site: Site, pages: list[Page]) -> None:
    said = text(read(site, language))
    told = entries(found(pages, language, "summary"))
    assert list(told) == [*CLAIMS, *PATTERNS]
    missing = [one for passages in told.values() for one in passages if one not in said]
    titles = [e.text for e in found(pages, language, "summary").all("p") if "truth" in e.classes]
    missing += [title for title in titles if squeezed(title) not in said]
    assert missing == []


@every_language
def test_no_mark_and_no_fence_is_left_in_it(language: str, site: Site) -> None:
    said = text(read(site, language))
    assert [
        sign for sign in ("```", "**", "](", "{#", "data-claim", "¶", "�") if sign in said
    ] == []


@every_language
def test_it_is_two_sheets_and_small(language: str, site: Site) -> None:
    told = "site_build/summary/sheet.typ: let it be smaller, or a verdict box shorter"
    assert len(read(site, language).pages) == SHEETS, told
    assert published(site, language).stat().st_size < LARGEST


@every_language
def test_it_is_tagged_in_its_language_and_titled(
    language: str, site: Site, pages: list[Page]
) -> None:
    reader = read(site, language)
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"].partition("-")[0] == language
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    title = found(pages, language, "summary").one("h1").text.removesuffix("¶")
    assert reader.metadata is not None
    assert reader.metadata.title == title


@every_language
def test_it_links_each_page_and_every_target_exists(
    language: str, site: Site, pages: list[Page]
) -> None:
    given = links(read(site, language))
    start = f"{SITE_URL}{home(language)}"
    assert {f"{start}{name}/" for name in [*CLAIMS, *PATTERNS]} <= set(given)
    ids = {page.name: page.ids for page in pages}
    for target in given:
        address, anchor = urldefrag(target)
        assert address.startswith(start)
        name = f"{home(language)}{address.removeprefix(start)}index.html"
        assert not anchor or anchor in ids[name], target
        assert (site.folder / name).is_file(), target


@every_language
def test_it_carries_parts_of_fonts_alone(language: str, site: Site) -> None:
    of_pages: list[Any] = [page["/Resources"] for page in read(site, language).pages]
    fonts = {
        str(font.get_object()["/BaseFont"]) for one in of_pages for font in one["/Font"].values()
    }
    assert {font.partition("+")[2].partition("-")[0] for font in fonts} == {
        "NotoSansSC",
        "DejaVuSansMono",
    }
    assert all(len(font.partition("+")[0]) == 7 for font in fonts)  # "/ABCDEF+…": a subset


@every_language
def test_the_page_links_it(language: str, pages: list[Page]) -> None:
    hrefs = [link.attrs.get("href") for link in found(pages, language, "summary").all("a")]
    assert "../summary.pdf" in hrefs


# -- how it is made -----------------------------------------------------------------------------


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small page, noted; what is kept has a folder of its own."""
    monkeypatch.delenv("RECORDINGS", raising=False)
    monkeypatch.setattr(pdf, "FOLDER", tmp_path / "kept")
    monkeypatch.setattr(pdf, "_pages", {})
    pdf.note(HTML, "https://docs.example.test/en/summary/", "en", "Site")
    return pdf._pages["en"]


def test_two_processes_make_the_same_bytes() -> None:
    made = [
        subprocess.run(
            [sys.executable, "-c", TWICE, HTML],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    assert len(made[0].strip()) == len(hashlib.sha256().hexdigest())
    assert made[0] == made[1]


def test_a_page_is_typeset_once(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pdf.pdf(told)
    monkeypatch.setattr(pdf, "_typeset", lambda told: b"made again")
    assert pdf.pdf(told) == first
    assert pdf.pdf(told.replace("后台", "前台")) == b"made again"
    monkeypatch.setenv("RECORDINGS", "afresh")
    assert pdf.pdf(told) == b"made again"


def test_after_a_change_of_the_sheet_it_is_typeset_again(
    told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pdf.pdf(told)
    sheet = tmp_path / "sheet.typ"
    sheet.write_text(pdf.SHEET.read_text("utf-8") + "\nmore", "utf-8")
    monkeypatch.setattr(pdf, "SHEET", sheet)
    assert pdf.pdf(told) != first


def test_no_day_is_in_it(told: str) -> None:
    made = pdf.pdf(told)
    assert PdfReader(io.BytesIO(made)).metadata is not None
    assert [word for word in (b"CreationDate", b"ModDate", b"CreateDate") if word in made] == []


def test_each_language_has_its_own_below_its_home_page(told: str, tmp_path: Path) -> None:
    pdf.note(HTML, "https://docs.example.test/summary/", "zh", "站")
    (tmp_path / "en").mkdir()
    pdf.publish(tmp_path, LANGUAGES)
    zh, en = tmp_path / "summary.pdf", tmp_path / "en" / "summary.pdf"
    assert links(PdfReader(zh)) == ["https://docs.example.test/x/"]
    assert links(PdfReader(en)) == ["https://docs.example.test/en/x/"]
    assert pdf._pages == {}


def test_the_sign_beside_a_heading_is_left_out(told: str) -> None:
    assert "X后台x/ab" in text(PdfReader(io.BytesIO(pdf.pdf(told))))
    assert "¶" not in told


def test_an_element_that_the_sheet_cannot_set_is_an_error(told: str) -> None:
    with pytest.raises(SummaryError, match=r"sheet\.typ.*does not know <table>"):
        pdf.pdf(told.replace('"ul"', '"table"'))


def test_a_missing_font_is_an_error_that_names_the_fix(
    told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_FONTS", tmp_path)
    with pytest.raises(SummaryError, match=r"400Regular; `make check` installs it"):
        pdf.pdf(told)


def test_a_tree_has_whole_addresses_and_every_text() -> None:
    made = tree('<p class="a b">x <a href="#y">y</a></p>', "https://d.test/s/")
    link = {"tag": "a", "class": "", "to": "https://d.test/s/#y", "inside": ["y"]}
    assert made == [{"tag": "p", "class": "a b", "to": "", "inside": ["x ", link]}]
    with pytest.raises(ValueError, match="<p> is closed by </a>"):
        tree("<p></a>", "https://d.test/")
    assert json.dumps(made)
