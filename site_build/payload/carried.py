"""The payload as scripts, for pages without an origin: such a page can fetch nothing by itself.

A wiki may show an embed in a frame with `sandbox="allow-scripts"` alone. Whatever that fetches
comes from another origin, and is refused unless the host sends `Access-Control-Allow-Origin`, which
a static host need not do. A script needs no such header.
"""

import base64
from pathlib import Path

PIECE = 1 << 20  # bytes of a file in one script, as in web/sandbox/carried.mjs


def carry(assets: Path) -> None:
    """Write `carried/<file>.<n>.js` for each packed file of `live/`, both in a site's assets.

    Each script leaves up to `PIECE` bytes, in base64, on its own element: `carries`.
    """
    target = assets / "carried"
    target.mkdir(exist_ok=True)
    for file in (assets / "live").glob("*.zst"):
        content = file.read_bytes()
        for n, start in enumerate(range(0, len(content), PIECE)):
            text = base64.b64encode(content[start : start + PIECE]).decode()
            script = f'document.currentScript.carries="{text}";'
            (target / f"{file.name}.{n}.js").write_text(script, "ascii")
