"""Writes all pictures, and what tells of them, into the built site."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from site_build.pictures import oembed, sharing, timelines
from site_build.pictures.render import Picture, rendered
from site_build.snippets import names


def publish(config: MkDocsConfig) -> None:
    """Write cards, timelines and oEmbed answers in the languages that have just been built.

    mkdocs-static-i18n builds one language inside the other, so the outer one finds nothing to do.

    Raises:
        PictureError: a picture cannot be drawn.
    """
    shared, site = sharing.noted(), Path(config.site_dir)
    names_of = {one.card.language: one.card.site for one in shared}
    wanted = {one.card.address: one.card.picture for one in shared}
    wanted |= dict(_timelines(list(names_of), site))
    for address, made in zip(wanted, rendered(wanted.values()), strict=True):
        target = site / address
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, target)
    for language, site_name in names_of.items():
        for name in filter(oembed.is_offered, names()):
            oembed.write(name, language, site_name, config.site_url or "/", site)


def _timelines(languages: list[str], site: Path) -> Iterator[tuple[str, Picture]]:
    """The address and the picture of each timeline, whose SVG is written on the way."""
    for found in timelines.shown() if languages else []:
        (site / "timelines" / found.name).mkdir(parents=True, exist_ok=True)
        for language in languages:
            svg, picture = timelines.files(found, language)
            (site / timelines.address(found, language, "svg")).write_text(svg, "utf-8")
            yield timelines.address(found, language, "png"), picture
