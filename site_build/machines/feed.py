"""`feed.xml`: the claims and patterns as RSS, those first that were checked or measured last.

An item is new when its page was compared with its runs again, or rests on rows that were measured
again: its id bears the day. The clock and the history are not asked, so a build can be repeated.
"""

from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as Xml

from site_build.machines.checked import Checked, checked
from site_build.machines.pages import Site, Written
from site_build.machines.words import WORDS
from site_build.navigation import navigation

_ATOM = "http://www.w3.org/2005/Atom"


def feed(site: Site) -> str:
    """The text of feed.xml."""
    language = site.pages["index"].language
    names = [name for group in navigation.groups for name in group.pages]
    found = [(site.pages[name], checked(site.pages[name])) for name in names]
    found.sort(key=lambda item: item[1].day, reverse=True)  # those of a day as in the navigation
    Xml.register_namespace("atom", _ATOM)
    root = Xml.Element("rss", version="2.0")
    channel = Xml.SubElement(root, "channel")
    about = {"title": site.name, "link": site.address, "description": site.description}
    _tell(channel, about | {"language": WORDS[language]["locale"]})
    itself = {"href": f"{site.address}feed.xml", "rel": "self", "type": "application/rss+xml"}
    Xml.SubElement(channel, f"{{{_ATOM}}}link", itself)
    _tell(channel, {"lastBuildDate": _date(found[0][1].day)} if found else {})
    for page, known in found:
        _item(Xml.SubElement(channel, "item"), page, known)
    Xml.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _item(item: Xml.Element, page: Written, known: Checked) -> None:
    (group,) = (group for group in navigation.groups if page.name in group.pages)
    _tell(item, {"title": page.title, "link": page.address})
    guid = Xml.SubElement(item, "guid", isPermaLink="false")
    guid.text = f"{page.address}#{known.day}"
    _tell(item, {"pubDate": _date(known.day), "category": group.titles[page.language]})
    _tell(item, {"description": _description(page, known)})


def _description(page: Written, known: Checked) -> str:
    words = WORDS[page.language]
    said = [page.description, words["read"].format(date=known.verified, version=known.version)]
    if known.measured:
        said.append(words["measured"].format(n=len(known.rows), date=known.measured))
    return ("" if page.language == "zh" else " ").join(said)


def _tell(parent: Xml.Element, texts: dict[str, str]) -> None:
    for tag, text in texts.items():
        Xml.SubElement(parent, tag).text = text


def _date(day: str) -> str:
    return format_datetime(datetime.fromisoformat(day).replace(tzinfo=UTC), usegmt=True)
