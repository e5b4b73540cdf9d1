"""The claims, the patterns and their groups, as the navigation has them."""

from mkdocs.config import load_config

from site_build.navigation import Navigation
from site_build.snippets import ROOT

NAVIGATION = Navigation()
NAVIGATION.read(load_config(str(ROOT / "mkdocs.yml")))
CLAIMS = NAVIGATION.claims
PATTERNS = NAVIGATION.patterns
GUIDED = [page for group in NAVIGATION.groups for page in group.pages]
