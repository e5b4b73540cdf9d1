"""`_headers`, which Cloudflare Pages and Netlify read: what is cached for how long, and for whom.

Both join the values when two rules set the same header for a file, so none does. No rule is about
frames, since the embeds are made for other sites' pages; and none repeats the policy that each page
brings, since two policies hold at once, and each page's own allows its scripts by their hashes.
"""

from pathlib import Path

from site_build.hashed import hashed

FILE = "_headers"
LIMIT = 100  # rules that Cloudflare reads
FOREVER = "public, max-age=31536000, immutable"
_LIVE = "assets/live/"  # everything in it bears a hash
_TEXTS = {
    "llms.txt": "text/plain",
    "llms-full.txt": "text/plain",
    "en/llms.txt": "text/plain",
    "en/llms-full.txt": "text/plain",
    "*index.md": "text/markdown",
}


def headers(site: Path) -> str:
    """The text of the file for a built site."""
    everywhere = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
    rules = {"*": everywhere, f"{_LIVE}*": {"Cache-Control": FOREVER}}
    for file in hashed(site):
        if not file.startswith(_LIVE):
            rules[file] = {"Cache-Control": FOREVER}
    for name, kind in _TEXTS.items():
        rules[name] = {"Content-Type": f"{kind}; charset=utf-8"}
    return "".join(_rule(place, told) for place, told in rules.items())


def _rule(place: str, told: dict[str, str]) -> str:
    return f"/{place}\n" + "".join(f"  {name}: {value}\n" for name, value in told.items())
