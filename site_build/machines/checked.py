"""When a page was last compared with its runs, and which measured rows it rests on."""

import re
from dataclasses import dataclass

from evidence.rows import Row, every
from site_build.machines.pages import Written
from site_build.snippets import story

_CITED = re.compile(r'data-evidence="([^"]+)"')


@dataclass(frozen=True)
class Checked:
    """The day of the last reading and FastAPI's version then, and the rows, by id."""

    verified: str
    version: str
    rows: list[Row]

    @property
    def measured(self) -> str | None:
        """The day of the newest row."""
        return max((row.measured_on for row in self.rows), default=None)

    @property
    def day(self) -> str:
        """The day of what happened last."""
        return max(self.verified, self.measured or "")


def checked(page: Written) -> Checked:
    """What is known of a claim's or a pattern's page."""
    told = story(page.name.replace("-", "_"))
    cited, known = sorted(set(_CITED.findall(page.html))), every()
    rows = [known[row] for row in cited]
    return Checked(str(told["verified"]), str(told["verified_with"]), rows)
