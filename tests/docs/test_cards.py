"""Each page has a picture in each language: its lines fit, and break where they may."""

import re
from html import unescape

import pytest

from site_build.pictures import cards, wrap
from site_build.pictures.cards import Card
from site_build.pictures.fonts import width
from site_build.snippets import LANGUAGES
from tests.conftest import Site
from tests.docs import png
from tests.docs.parsed import Page

ROOM = cards.WIDTH - 128
_LINE = re.compile(
    r'<text class="(title|says)" font-size="([\d.]+)" x="64" y="([\d.]+)">(.*?)</text>'
)
DRAWING = '<svg class="tl" viewBox="0 0 760 {h}" width="760"><title>t</title><rect/></svg>'
ZH = "async def 任务里一个阻塞调用，就能堵住“所有”请求；（括号里的话）也一样！"


def card(**told: str) -> Card:
    given = {"page": "a", "language": "zh", "site": "响应之后", "group": "", "title": "一个题目"}
    return Card(**{**given, "says": "一句话。", "html": "", **told})


def drawn_lines(of: Card) -> list[tuple[str, float, float, str]]:
    """The kind, the size, the height and the text of each line of a card."""
    return [
        (kind, float(size), float(y), unescape(re.sub("<.*?>", "", text)))
        for kind, size, y, text in _LINE.findall(of.picture.svg)
    ]


def test_every_page_has_a_card_of_the_right_size_in_each_language(
    site: Site, pages: list[Page]
) -> None:
    names = [page.name for page in pages if page.name != "404.html"]
    expected = set()
    for name in names:
        parts = name.removesuffix("index.html").strip("/").split("/")
        language = "en" if parts[0] == "en" else "zh"
        rest = parts[1:] if language == "en" else parts
        expected.add(f"{(rest or ['index'])[0] or 'index'}.{language}.png")
    written = {path.name: path for path in (site.folder / "cards").iterdir()}
    assert written.keys() == expected
    for path in written.values():
        assert png.size(path) == (1200, 630), path
        assert len(png.values(path)) > 9, path


@pytest.mark.parametrize(
    "title",
    [ZH, ZH * 3, "WORKER TIMEOUT：" * 6, "One blocking call " * 9],
    ids=["chinese", "long", "mixed", "english"],
)
@pytest.mark.parametrize(
    "html",
    ["", DRAWING.format(h=90), DRAWING.format(h=900)],
    ids=["no drawing", "low drawing", "high drawing"],
)
def test_what_a_card_says_stays_inside_it(title: str, html: str) -> None:
    found = drawn_lines(card(title=title, says=title * 9, html=html))
    assert len([kind for kind, *_ in found if kind == "title"]) <= 2
    for kind, size, y, text in found:
        weight = "bold" if kind == "title" else "regular"
        assert width(text, size, weight) <= ROOM, text
        assert y < cards.HEIGHT - 20, text


@pytest.mark.parametrize("size", range(20, 70, 7))
def test_no_line_begins_or_ends_with_what_may_not_stand_there(size: int) -> None:
    for room in range(200, 1100, 60):
        for line in wrap.lines(ZH * 2, size, room):
            assert line[0] not in wrap.NOT_FIRST, line
            assert line[-1] not in wrap.NOT_LAST, line
    assert "".join(wrap.lines(ZH, size, 300)).replace(" ", "") == ZH.replace(" ", "")


def test_english_breaks_between_words_alone() -> None:
    text = "One blocking call in an async def task, or two, stops all requests."
    for room in range(200, 1100, 30):
        assert " ".join(wrap.lines(text, 40, room)) == text


def test_a_title_in_two_lines_breaks_behind_a_comma_rather_than_inside_a_word() -> None:
    assert wrap.halves("不是任务太长，是事件循环被堵住了", 56, ROOM) == [
        "不是任务太长，",
        "是事件循环被堵住了",
    ]
    assert wrap.halves("abc", 56, ROOM) == []


def test_a_sentence_is_kept_whole_or_cut_with_an_ellipsis() -> None:
    assert wrap.shortened("第一句。第二句很长很长很长很长。", 40, 300, 1) == "第一句。"
    assert wrap.shortened("第一句很长，很长很长很长很长很长。", 40, 300, 1) == "第一句很长…"
    assert wrap.shortened("It is 0.1 s. And so on and on.", 40, 260, 1) == "It is 0.1 s."
    assert wrap.shortened("One very long sentence", 40, 260, 1) == "One very..."
    told = "No. And then a very long sentence follows, which has no room."
    assert wrap.shortened(told, 40, 500, 2) == "No. And then a very long sentence follows, which..."


def test_a_last_line_is_no_leftover() -> None:
    text = "一" * 31
    assert [len(line) for line in wrap.lines(text, 10, 300)] == [30, 1]
    assert min(len(line) for line in wrap.evened(text, 10, 300)) >= 5


def test_a_drawing_that_is_too_high_fades_out_and_one_that_fits_does_not() -> None:
    low, high = (card(html=DRAWING.format(h=h)).picture.svg for h in (150, 900))
    assert 'viewBox="0 0 760 150"' in low
    assert "url(#fade)" not in low
    assert "url(#fade)" in high
    assert "<title>" not in low + high


def test_markup_in_a_title_is_text() -> None:
    svg = card(title="<b>&", says="<i>&").picture.svg
    assert "&lt;b&gt;&amp;" in svg
    assert "&lt;i&gt;&amp;" in svg


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_at_the_address_of_its_page(language: str) -> None:
    assert card(page="memory", language=language).address == f"cards/memory.{language}.png"
