"""The notices that must go with what the site passes on."""

import re
import zipfile
from collections.abc import Iterable

from site_build.payload.packages import wheels
from site_build.snippets import ROOT

_IS_LICENCE = re.compile("licen[sc]e", re.IGNORECASE)
_HEAD = """\
Python for the browser, as this site passes it on, is made of:

- Python and its standard library. Python Software Foundation License, version 2:
  https://docs.python.org/3/license.html
- Pyodide. Mozilla Public License, version 2.0: https://www.mozilla.org/MPL/2.0/ ; its source:
  https://github.com/pyodide/pyodide
- the packages below, without their docstrings, compiled.
"""


def notices() -> str:
    """One text with the licence of each package.

    Raises:
        LookupError: a package's wheel has none.
    """
    texts = [_HEAD]
    for wheel in sorted(wheels().glob("*.whl")):
        with zipfile.ZipFile(wheel) as opened:
            found = [name for name in opened.namelist() if ".dist-info/licenses/" in name]
            if not found:
                raise LookupError(f"{wheel.name} has no licence")
            title = " ".join(wheel.name.split("-")[:2])
            texts += [f"== {title} ==\n\n{opened.read(name).decode()}" for name in found]
    return "\n".join(texts)


def notices_of(packages: Iterable[str]) -> str:
    """One text with the licence of each package of npm.

    Raises:
        LookupError: a package has none.
    """
    texts = ["", "The scripts that run in the browser have parts of these packages:", ""]
    for name in sorted(set(packages) - {"pyodide"}):  # whose licence is told of above
        folder = ROOT / "node_modules" / name
        found = [path for path in sorted(folder.iterdir()) if _IS_LICENCE.match(path.name)]
        if not found:
            raise LookupError(f"{name} has no licence")
        texts += [f"== {name} ==\n\n{path.read_text('utf-8').strip()}\n" for path in found]
    return "\n".join(texts)
