"""README says what is there."""

import re

import pytest

from recorder.draw import draw
from recorder.words import WORDS
from site_build.recordings import recording
from site_build.snippets import ROOT

README = (ROOT / "README.md").read_text("utf-8")
MAP = README.partition("## The map")[2].partition("```")[2].partition("```")[0]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def test_its_picture_is_the_recording() -> None:
    drawn = draw(recording("mental_model/life"), WORDS["en"], style=True)
    picture = (ROOT / ".github/timeline.svg").read_text("utf-8")
    assert picture == drawn + "\n", ".github/timeline.svg is out of date; make fix draws it"


@pytest.mark.parametrize("path", re.findall(r"^([\w./<>]+)(?: ([\w./]+))?  ", MAP, re.M), ids=str)
def test_each_entry_of_its_map_is_there(path: tuple[str, str]) -> None:
    for part in filter(None, path):
        assert (ROOT / part.replace("<name>", "mental_model")).exists(), f"README.md: no {part}"


VERBS = {word for pair in re.findall(r"^make (\w+)|`make (\w+)", README, re.M) for word in pair}


@pytest.mark.parametrize("verb", sorted(VERBS - {""}))
def test_each_verb_it_names_is_in_the_makefile(verb: str) -> None:
    assert f"\n{verb}:" in MAKEFILE


@pytest.mark.parametrize("link", re.findall(r"\]\(([\w./]+)\)", README))
def test_each_link_leads_to_a_file(link: str) -> None:
    assert (ROOT / link).is_file(), f"README.md: no {link}"
