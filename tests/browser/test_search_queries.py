"""All questions of tests/search, asked in a real browser: the page that is wanted comes first."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Opener
from tests.conftest import Site
from tests.search import FILES, figures, holds, language, missed, page_of, queries

# Asks the search's worker as the page does, one question after the other.
ASK = """async ([worker, index, questions]) => {
  const search = new Worker(new URL(worker, document.baseURI));
  const next = () => new Promise((resolve, reject) => {
    search.onmessage = ({ data }) => resolve(data);
    search.onerror = ({ message }) => reject(new Error(message));
  });
  const ready = next();
  const bytes = await (await fetch(new URL(index, document.baseURI))).arrayBuffer();
  search.postMessage(bytes, [bytes]);
  await ready;
  const found = [];
  for (const question of questions) {
    const answer = next();
    search.postMessage({ type: 2, data: question });
    const { data } = await answer;
    found.push(data.items.map(([best]) => best.location));
  }
  search.terminate();
  return found;
}"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_page_that_is_wanted_comes_first(
    file: Path, site: Site, base: str, open_page: Opener, record_property: Callable[..., None]
) -> None:
    asked = queries(file)
    assets = site.folder / "assets" / "search"
    names = [next(assets.glob(f"{name}.*")).name for name in ("worker", language(file))]
    addresses = [f"{base}assets/search/{name}" for name in names]
    page = open_page("").page
    answers = page.evaluate(ASK, [*addresses, [question for question, _ in asked]])
    page.context.close()
    pages = [[page_of(address) for address in answer] for answer in answers]
    found = [(question, wanted, got) for (question, wanted), got in zip(asked, pages, strict=True)]
    record_property("search", f"{file.name}: {figures(found)}")
    print(f"\n{file.name}: {figures(found)}", *missed(found), sep="\n  ")
    assert holds(found), f"{file.name}: {figures(found)}\n" + "\n".join(missed(found))
