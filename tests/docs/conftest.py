"""The pages of the built site, parsed once."""

import pytest

from tests.conftest import Site
from tests.docs.parsed import Page
from tests.docs.parsed import pages as parse_all


@pytest.fixture(scope="session")
def pages(site: Site) -> list[Page]:
    """All built pages, the 404 page included."""
    return parse_all(site.folder)
