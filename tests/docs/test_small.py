"""What is sent is small, and means what it meant."""

import pytest

from site_build.small import unindented
from tests.conftest import Site


@pytest.mark.parametrize("tag", ["pre", "script", "style", "textarea"])
def test_blanks_go_only_where_they_mean_nothing(tag: str) -> None:
    kept = f"<{tag} id=a>\n    if x:\n\n      y</{tag}>"
    assert unindented(f"<p>\n    a\n\n  b</p>{kept}\n  <p>") == f"<p>\na\nb</p>{kept}\n<p>"


def test_the_styles_and_scripts_that_pages_load_have_no_comments(site: Site) -> None:
    files = [path for path in (site.folder / "assets").iterdir() if path.suffix in {".css", ".js"}]
    assert len(files) > 10
    told = {path.name: path.read_text("utf-8") for path in files}
    assert [name for name, text in told.items() if "/* " in text or "\n// " in text] == []
