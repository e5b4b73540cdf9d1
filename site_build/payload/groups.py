"""Which modules come with the library, which when they are imported, and which with the rest."""

import json
from collections.abc import Mapping

# Packages that few examples import, each fetched by the first that does.
GROUPS = ("sqlalchemy", "httpx")
LIBRARY, REST = "library", "rest"


def module_name(path: str) -> str:
    """The dotted name of a file in an archive: `email/__init__.pyc` is `email`."""
    return path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")


def sorted_out(names: set[str], imported: Mapping[str, set[str]]) -> dict[str, str]:
    """Where each module belongs.

    Args:
        names: all modules that there are.
        imported: for LIBRARY what is imported by examples of no group, for each of GROUPS what is
            imported by its own.
    """
    places = {}
    for name in names:
        groups = [group for group in GROUPS if name in imported[group]]
        if name in imported[LIBRARY] or name.startswith("recorder") or len(groups) > 1:
            places[name] = LIBRARY
        else:
            places[name] = groups[0] if groups else REST
    return places


def roots(places: Mapping[str, str], group: str) -> list[str]:
    """A group's modules without those inside another of them: `sqlalchemy`, `urllib.request`."""
    members = {name for name, place in places.items() if place == group}
    return sorted(name for name in members if name.rpartition(".")[0] not in members)


def as_module(places: Mapping[str, str]) -> str:
    """Python code that says in which group a module is that is not in the library."""
    lists = {
        group: " ".join(sorted(name for name, place in places.items() if place == group))
        for group in (*GROUPS, REST)
    }
    return (
        "GROUP_OF = {name: group for group, names in "
        f"{json.dumps(lists)}.items() for name in names.split()}}\n"
    )
