"""XML of a file or of the network: no document types, no entities, nothing that is nested without end."""

from __future__ import annotations

from xml.etree import ElementTree

from bk_realtime.errors import InputError

DEEPEST = 100
"""Elements within elements; descriptions of streams have about six."""


class _Builder(ElementTree.TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str]) -> ElementTree.Element:  # type: ignore[override]
        self._depth += 1
        if self._depth > DEEPEST:
            raise InputError(f"XML nested more than {DEEPEST} deep")
        return super().start(tag, attrs)

    def end(self, tag: str) -> ElementTree.Element:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise InputError("XML with a document type, whose entities may stand for anything")


def parse_xml(content: str | bytes) -> ElementTree.Element:
    """The root element.

    Raises
    ------
    InputError
        It is no XML, of an unknown encoding, declares a document type, or is nested too deep.
    """
    parser = ElementTree.XMLParser(target=_Builder())
    try:
        parser.feed(content)
        root: ElementTree.Element = parser.close()
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise InputError(f"not valid XML ({' '.join(str(error).split())[:200]})") from None
    return root
