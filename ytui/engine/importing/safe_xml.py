"""XML from anywhere, read without entities: nothing is expanded, nothing is fetched.

A declaration of an entity ends the reading. Neither OPML nor NFO needs one, and every attack on readers of
XML begins there; whatever version of expat is installed, none of them gets further than its declaration.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat


@dataclass
class Element:
    """One element: its name in lower case, attributes by lower-case name, its own text, where it began."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""


@dataclass(frozen=True)
class Broken:
    """Where the reading ended early, and why."""

    line: int
    reason: str


class _Declared(Exception):
    """An entity was declared."""


def elements(data: bytes) -> tuple[list[Element], Broken | None]:
    """Every element in the order of their beginnings, and what is wrong with the file, if anything is."""
    found: list[Element] = []
    around: list[Element] = []
    # The encoding comes from the file's own declaration or byte order mark.
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        lowered = {key.lower(): value for key, value in attributes.items()}
        element = Element(name.lower(), lowered, parser.CurrentLineNumber)
        found.append(element)
        around.append(element)

    def text(data: str) -> None:
        if around:
            around[-1].text += data

    def refuse(*_: object) -> None:
        raise _Declared

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: around.pop()
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        return found, Broken(error.lineno, f"not well-formed XML ({expat.ErrorString(error.code)})")
    except _Declared:
        return found, Broken(parser.CurrentLineNumber, "declares an entity, which is never expanded here")
    except (ValueError, LookupError) as error:
        return found, Broken(parser.CurrentLineNumber, f"in an encoding that cannot be read ({error})")
    return found, None
