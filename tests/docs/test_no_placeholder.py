"""No page is published half written."""

import re

from site_build.snippets import ROOT


def test_no_page_or_story_has_a_placeholder_left() -> None:
    files = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("snippets/*/story.toml")])
    assert files
    left = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search("[⟨⟩]", line)
    ]
    assert not left, "replace what stands in ⟨…⟩, brackets included:\n" + "\n".join(left)
