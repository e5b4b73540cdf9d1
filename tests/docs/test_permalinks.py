"""What was published stays: the registry of addresses, and what is said when one is gone."""

import re
from pathlib import Path

import pytest

from site_build.permalinks import redirects, registry
from site_build.permalinks.redirects import RedirectError, moved
from site_build.permalinks.registry import Published, lost, published, registered
from tests.conftest import Site

KNOWN = ["/", "/a/", "/a/#one", "/a/#two", "/b/", "/b/#one", "/patterns/x.zip"]


def there(*, without: str = "", only: str = "") -> Published:
    """A site with what is known, but for some of it, or for that in Chinese only."""
    left = {one for one in KNOWN if not (without and one.startswith(without))}
    pages = {one for one in left if "." not in one}
    return Published({"zh": pages, "en": pages - {only}}, left - pages)


def test_nothing_that_was_published_is_gone(site: Site) -> None:
    wrong = lost(registered(), published(site.folder, moved()), moved())
    assert not wrong, "\n".join(wrong)


def test_all_that_is_published_is_in_the_registry(site: Site) -> None:
    new = published(site.folder, moved()).somewhere - set(registered())
    assert not new, f"new addresses; make site REGISTER=1 adds them: {sorted(new)}"


def test_the_registry_has_pages_headings_listings_tables_and_downloads() -> None:
    kinds = ["/", "/sequential-order/", "/sequential-order/#wrong", "/patterns/own-session.zip"]
    kinds += ["/sequential-order/#sequential_order-wrong", "/symptoms/#it-is-lost-table"]
    assert set(kinds) <= set(registered())
    assert registered() == sorted(set(registered()))


CASES = {
    "all there": (there(), {}, []),
    "a heading": (there(without="/a/#one"), {}, ["/a/#one"]),
    "in English": (there(only="/a/#one"), {}, ["/a/#one"]),
    "a file": (there(without="/patterns"), {}, ["/patterns/x.zip"]),
    "a renamed heading": (there(without="/a/#one"), {"/a/#one": "/a/#two"}, []),
    "to nowhere": (there(without="/a/#one"), {"/a/#one": "/a/#three"}, ["/a/#three"]),
    "a page": (there(without="/a/"), {}, ["/a/"]),
    "a page, but not a heading": (there(without="/a/"), {"/a/": "/b/"}, ["/a/#two"]),
    "both": (there(without="/a/"), {"/a/": "/b/", "/a/#two": "/b/#one"}, []),
    "a page that became a part": (there(without="/a/"), {"/a/": "/b/#one"}, []),
}


@pytest.mark.parametrize(("found", "told", "wrong"), CASES.values(), ids=CASES)
def test_what_is_gone_without_a_redirect_is_told_with_the_fix(
    found: Published, told: dict[str, str], wrong: list[str]
) -> None:
    said = lost(KNOWN, found, told)
    assert len(said) == len(wrong)
    for name, line in zip(wrong, said, strict=True):
        assert name in line
        assert redirects.NAME in line


def test_a_message_has_the_line_to_write() -> None:
    (said,) = lost(KNOWN, there(without="/a/#one"), {})
    assert said.endswith('    "/a/#one" = "/a/#ITS-NEW-ID"')
    (said,) = lost(KNOWN, there(without="/a/"), {"/a/": "/b/"})
    assert said.endswith('    "/a/#two" = "/b/#ITS-NEW-ID"')


def test_the_registry_only_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "FILE", tmp_path / "registry.txt")
    for name in ("a", "en/a"):
        (tmp_path / "site" / name).mkdir(parents=True)
        page = '<h2 id="x">X<a class="headerlink" href="#x">¶</a></h2>'
        (tmp_path / "site" / name / "index.html").write_text(page, "utf-8")
    assert registry.register(tmp_path / "site", ()) == ["/a/", "/a/#x"]
    (tmp_path / "site/a/index.html").write_text("", "utf-8")
    (tmp_path / "site/en/a/index.html").write_text("", "utf-8")
    assert registry.register(tmp_path / "site", ()) == []
    assert registered() == ["/a/", "/a/#x"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[moved]\n"/a/" = "b"', "'b' is no address"),
        ('[moved]\n"/a/" = "/b/"\n"/b/" = "/c/"', "/a/ leads to /b/, which has moved"),
        ('[moved]\n"/a/" = "/b/#x"\n"/b/" = "/c/"', "which has moved"),
        ('[moved]\n"/a/" = "/a/"', "which has moved"),
        ("[moved", "not valid TOML"),
    ],
)
def test_bad_redirects_are_refused(
    text: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redirects, "FILE", tmp_path / "redirects.toml")
    (tmp_path / "redirects.toml").write_text(text, "utf-8")
    with pytest.raises(RedirectError, match=re.escape(complaint)) as error:
        moved()
    assert redirects.NAME in str(error.value)
