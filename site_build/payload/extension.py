"""Loads pydantic_core's WebAssembly, which is a file outside the library's archive, in Node.

In the archive it is called `pydantic_core._pydantic_core`, and gives the real one that name. In
the browser web/sandbox/python.mjs does that.
"""

import importlib.machinery
import importlib.util
import site
import sys

_PATH = __name__.replace(".", "/") + importlib.machinery.EXTENSION_SUFFIXES[0]
_place = f"{site.getsitepackages()[0]}/{_PATH}"
_spec = importlib.util.spec_from_file_location(__name__, _place)
assert _spec is not None
assert _spec.loader is not None
sys.modules[__name__] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules[__name__])
