"""What each page's head tells those who show a link to it."""

import json
from collections import defaultdict
from typing import Any
from urllib.parse import urljoin, urlsplit

from site_build.pictures import cards, oembed, sharing
from site_build.pictures.sharing import Shared
from site_build.snippets import names
from tests.conftest import BASE, SITE_URL, Site
from tests.docs import png
from tests.docs.parsed import Element, Page, parse

LOCALES = {"zh": "zh_CN", "en": "en_US"}


def content(pages: list[Page]) -> list[Page]:
    return [page for page in pages if page.name != "404.html"]


def language(page: Page) -> str:
    return "en" if page.name.startswith("en/") else "zh"


def metas(page: Page) -> dict[str, list[str]]:
    """The contents of each meta element, by its property or name."""
    found: dict[str, list[str]] = defaultdict(list)
    for element in page.all("meta"):
        key = element.attrs.get("property") or element.attrs.get("name")
        if key:
            found[key].append(element.attrs["content"])
    return found


def data(page: Page) -> Any:
    (script,) = [e for e in page.all("script") if e.attrs.get("type") == "application/ld+json"]
    return json.loads(script.text)


def frames(page: Page) -> list[Element]:
    found = [e for e in page.all("link") if e.attrs.get("type") == "application/json+oembed"]
    assert all(e.attrs["rel"] == "alternate" for e in found)
    return found


def file(site: Site, address: str) -> Any:
    assert address.startswith(SITE_URL), address
    return site.folder / urlsplit(address).path.removeprefix(BASE)


def test_every_page_has_one_of_each_tag(pages: list[Page]) -> None:
    for page in content(pages):
        found = metas(page)
        said = {key: text for key, (text, *more) in found.items() if not more}
        address = urljoin(SITE_URL, page.name.removesuffix("index.html"))
        assert said["og:url"] == address
        assert said["og:type"] == (
            "website" if page.name in ("index.html", "en/index.html") else "article"
        )
        assert (
            said["og:site_name"] == {"zh": "响应之后", "en": "After the Response"}[language(page)]
        )
        assert said["og:title"] == said["twitter:title"]
        assert said["og:title"] in page.one("h1").text
        descriptions = {said[k] for k in ("description", "og:description", "twitter:description")}
        assert len(descriptions) == 1, page.name
        assert said["og:locale"] == LOCALES[language(page)]
        assert {said["og:locale:alternate"], said["og:locale"]} == set(LOCALES.values())
        assert said["twitter:card"] == "summary_large_image"


def test_every_image_of_a_page_is_there_with_the_size_that_is_told(
    site: Site, pages: list[Page]
) -> None:
    images = set()
    for page in content(pages):
        found = metas(page)
        (image,) = {*found["og:image"], *found["twitter:image"]}
        told = tuple(int(found[f"og:image:{side}"][0]) for side in ("width", "height"))
        assert png.size(file(site, image)) == told == (cards.WIDTH, cards.HEIGHT)
        assert found["og:image:alt"] == found["twitter:image:alt"] == found["og:title"]
        images.add(image)
    assert len(images) == len(content(pages)), "each page has a card of its own"


def test_the_tags_stand_early_in_the_head(site: Site, pages: list[Page]) -> None:
    for page in content(pages):
        html = (site.folder / page.name).read_bytes()
        assert html.index(b"og:image:alt") < 5000, page.name  # some previews read no further


def test_a_page_is_told_as_data(pages: list[Page]) -> None:
    for page in content(pages):
        told, said = data(page), {key: text[0] for key, text in metas(page).items()}
        assert told["@context"] == "https://schema.org"
        home = urljoin(SITE_URL, "" if language(page) == "zh" else "en/")
        if said["og:type"] == "website":
            assert (told["@type"], told["url"]) == ("WebSite", home)
            assert told["name"] == said["og:site_name"]
            continue
        article, crumbs = told["@graph"]
        assert article["@type"] == "TechArticle"
        assert article["headline"] == said["og:title"]
        assert article["description"] == said["description"]
        assert article["inLanguage"] == language(page)
        assert (article["url"], article["image"]) == (said["og:url"], said["og:image"])
        assert article["isPartOf"]["url"] == home
        steps = crumbs["itemListElement"]
        assert [(one["position"], one["item"]) for one in steps] == [(1, home), (2, article["url"])]


def test_a_page_leads_to_its_oembed_answer_if_there_is_one(site: Site, pages: list[Page]) -> None:
    expected = {
        f"{'en/' if locale == 'en' else ''}{name.replace('_', '-')}/index.html": locale
        for name in names()
        if oembed.is_offered(name)
        for locale in LOCALES
    }
    found = {page.name: frames(page) for page in pages if frames(page)}
    assert found.keys() == expected.keys()
    for page, (link,) in found.items():
        folder = page.removesuffix("/index.html").removeprefix("en/").replace("-", "_")
        assert link.attrs["href"] == f"{SITE_URL}oembed/{folder}.{expected[page]}.json"
        assert file(site, link.attrs["href"]).is_file()
        assert link.attrs["title"]


def test_the_404_page_is_no_page_to_link_to(pages: list[Page]) -> None:
    (page,) = [page for page in pages if page.name == "404.html"]
    assert not [key for key in metas(page) if key.startswith(("og:", "twitter:"))]


def shared(title: str, description: str) -> Shared:
    card = cards.Card("a", "en", "Site", "", title, description, "")
    home = "https://a.test/en/"
    return Shared(card, description, f"{home}a/", home, "https://a.test/", [])


def test_a_description_cannot_end_the_script_of_the_data() -> None:
    told = sharing.context(shared("</script><b>", "</script>"))["data"]
    assert "</" not in told
    assert json.loads(told)["@graph"][0]["headline"] == "</script><b>"
    page = parse("a", f'<script type="application/ld+json">{told}</script>')
    assert data(page)["@graph"][0]["description"] == "</script>"


def test_a_card_says_why_without_the_belief_it_is_said_of_or_the_release() -> None:
    verdict = "<p><strong>Verdict: false.</strong> It <em>waits</em> &amp; waits."
    html = (
        f"<p><strong>The belief:</strong> x</p>{verdict} Checked with <span>FastAPI 1</span>.</p>"
    )
    box = f'<div class="verdict">{html}</div>'
    assert sharing._verdict(box) == "It waits & waits."
    assert sharing._verdict(html) == ""
