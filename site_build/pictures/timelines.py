"""Every timeline as a file of its own, for wikis that can show a picture and no page.

/timelines/<folder>/<variant>.<language>.svg    follows the reader's light or dark scheme
/timelines/<folder>/<variant>.<language>.png    light, two pixels for each of the drawing's
"""

from recorder.draw import draw
from recorder.words import WORDS
from site_build.labels import LABELS
from site_build.pictures.render import Picture
from site_build.pictures.standalone import size, standalone
from site_build.recordings import is_recorded, recording, time_scale
from site_build.snippets import Snippet, names, snippet, variants

ZOOM = 2


def shown() -> list[Snippet]:
    """All snippets of which there is a run to show, recorded or measured."""
    every = (snippet(f"{name}/{variant}") for name in names() for variant in variants(name))
    return [found for found in every if is_recorded(found)]


def title(found: Snippet, language: str) -> str:
    """What a timeline is called."""
    return LABELS[language]["timeline"].format(label=found.label(language))


def address(found: Snippet, language: str, ending: str) -> str:
    """Where a timeline's file is, below the site's address."""
    return f"timelines/{found.id}.{language}.{ending}"


def drawing(found: Snippet, language: str) -> str:
    """The drawing of a snippet's run, as its page has it."""
    return draw(
        recording(found.id), WORDS[language], title=title(found, language), until=time_scale(found)
    )


def files(found: Snippet, language: str) -> tuple[str, Picture]:
    """What a timeline's SVG file contains, and the picture that is drawn as PNG."""
    svg = drawing(found, language)
    name = f"snippets/{found.id}: the timeline in {language}"
    light = standalone(svg, language, both=False)
    return standalone(svg, language, both=True), Picture(name, light, ZOOM)


def pixels(found: Snippet, language: str) -> tuple[int, int]:
    """The width and the height of a timeline's PNG."""
    width, height = size(drawing(found, language))
    return ZOOM * width, ZOOM * height
