"""On which days, and with which versions, what a page says was measured: computed from its rows."""

from collections.abc import Iterable
from importlib import metadata

from evidence.locks import older, order
from evidence.rows import Row, row
from site_build.labels import word
from site_build.page import current

PLACE = "<!--verified-->"
# More versions of a package than so many are told as a range.
_LISTED = 3


def put_into(html: str) -> str:
    """A page's HTML with the line in its place, or at its end; without, if it rests on nothing.

    Called when the whole page is there: only then are all rows known that it cites.
    """
    told = _told(current.recorded, [row(row_id) for row_id in current.cited])
    line = f'<p class="verified measured">{told}</p>' if told else ""
    return html.replace(PLACE, line, 1) if PLACE in html else html + line


def _told(is_recorded: bool, rows: list[Row]) -> str:
    said = []
    if is_recorded:
        versions = {name: metadata.version(name) for name in ("fastapi", "starlette")}
        said.append(word("verified_runs", **versions))
    if rows:
        days = sorted({row.measured_on for row in rows})
        range_ = days[0] if len(days) == 1 else word("spread", low=days[0], high=days[-1])
        values = {"n": str(len(rows)), "days": range_, "versions": _versions(rows)}
        said.append(word("verified_rows", **values))
    stale = [row for row in rows if older(row)]
    if stale:
        links = ", ".join(f'<a href="{current.cite(row.id)}">{row.id}</a>' for row in stale)
        said.append(word("verified_stale", rows=links))
    return " ".join(said)


def _versions(rows: Iterable[Row]) -> str:
    """Of each package all versions, or their range: "celery 5.7.0, fastapi 0.95.2 to 0.165.0"."""
    found: dict[str, set[str]] = {}
    for one in rows:
        for name, version in one.versions.items():
            found.setdefault(name, set()).add(version)
    return ", ".join(f"{name} {_few(sorted(found[name], key=order))}" for name in sorted(found))


def _few(versions: list[str]) -> str:
    if len(versions) <= _LISTED:
        return " / ".join(versions)
    return word("versions_range", low=versions[0], high=versions[-1], n=str(len(versions)))
