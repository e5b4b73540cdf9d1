"""A mistake on a page stops the build, and the message names the page."""

from pathlib import Path

import pytest

from site_build.snippets import LANGUAGES, ROOT
from tests.conftest import build

BROKEN = {
    "a misspelt snippet": (
        '```python sandbox="sequential_order/worng"\n```',
        "there is no snippet",
    ),
    "an unknown section": (
        '```python sandbox="sequential_order/wrong" show="x"\n```',
        "no section",
    ),
    "an unknown key": ('```timeline source="sequential_order/wrong"\n```', "source"),
    "an unknown quotation": (
        '```python\n--8<-- "sequential_order/wrong.py:nothing"\n```',
        "nothing",
    ),
    "a wrong number": (
        '[9 s]{ data-claim="sequential_order/wrong task.finished send_push" }',
        "10",
    ),
    "a row that was never measured": (
        '[lost]{ data-claim="evidence/no-such-row lost" }',
        "no row 'no-such-row'",
    ),
}


@pytest.mark.parametrize(("text", "complaint"), BROKEN.values(), ids=BROKEN)
def test_the_build_stops_and_names_the_page_for(text: str, complaint: str, tmp_path: Path) -> None:
    for name in LANGUAGES:
        page = tmp_path / "docs" / name / "index.md"
        page.parent.mkdir(parents=True)
        page.write_text(f"---\ndescription: d\n---\n# Home {{#home}}\n\n{text}\n", "utf-8")
    config = tmp_path / "mkdocs.yml"
    config.write_text(
        f"INHERIT: {ROOT}/mkdocs.yml\ndocs_dir: {tmp_path}/docs\nnav: [index.md]\n"
        f"hooks: [{ROOT}/site_build/hooks.py]\ntheme: {{custom_dir: {ROOT}/web/theme}}\n",
        "utf-8",
    )
    done = build(tmp_path / "site", "--config-file", str(config))
    assert done.returncode != 0
    assert complaint in done.stdout
    assert "zh/index.md" in done.stdout
