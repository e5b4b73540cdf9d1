"""A thread that runs only while it holds the baton, in the form that this interpreter can give it.

`FORM` is "threads" in CPython, in the browser "stacks" where the engine can suspend one
(JavaScript Promise Integration), "inline" where it cannot.
"""

import sys
from typing import TYPE_CHECKING

from recorder import stacks
from recorder.bearer import Abandoned, Bearer

__all__ = ["FORM", "IN_BROWSER", "Abandoned", "Bearer", "Strand", "get_ident"]

IN_BROWSER = sys.platform == "emscripten"
FORM = "threads" if not IN_BROWSER else "stacks" if stacks.are_possible() else "inline"

if TYPE_CHECKING or FORM == "threads":
    from recorder.real import Strand, get_ident
else:
    from recorder.alone import get_ident, tell_apart

    tell_apart()
    if FORM == "stacks":
        from recorder.greenlets import stand_in
        from recorder.stacks import Strand

        stand_in()
    else:
        from recorder.inline import Strand, leave_queues

        leave_queues()
