"""Read the errors that Zoom sends as XML: the code, the message and the fields.

Zoom has answered in XML where its passcode policy refuses a value: https://github.com/calcom/cal.diy/issues/26148
A document type is refused, so that no entity is ever expanded; size, depth and count are bounded.
"""

from __future__ import annotations

from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

__all__ = ["parse_xml_error"]

_MAX_BYTES, _MAX_DEPTH, _MAX_ELEMENTS, _MAX_TEXT = 65_536, 16, 1_000, 1_000
_ROOTS = frozenset({"error", "errors", "response", "result"})


class _Element:
    """Hold one element: its name, its text and the elements in it."""

    def __init__(self, name: str) -> None:
        self.name = name.rpartition(":")[2]
        self.text = ""
        self.children: list[_Element] = []

    def get_text(self, name: str) -> str:
        """Return the text of the first element in this one that has the name; "" for none."""
        return next((" ".join(child.text.split()) for child in self.children if child.name == name), "")


class _TreeBuilder:
    """Build the elements of one document. Raise ValueError for one beyond the bounds, or with a document type."""

    def __init__(self) -> None:
        self.root = _Element("")
        self._open = [self.root]
        self._count = 0

    def start_element(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self._count += 1
        if len(self._open) > _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise ValueError("too deep or too many elements")
        element = _Element(name)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end_element(self, name: str) -> None:
        """Close an element."""
        self._open.pop()

    def add_text(self, text: str) -> None:
        """Add text to the open element, up to the limit."""
        element = self._open[-1]
        element.text += text[: max(_MAX_TEXT - len(element.text), 0)]

    def refuse_document_type(self, *details: Any) -> None:
        """Raise ValueError: only a document type can declare entities."""
        raise ValueError("a document type")


def parse_xml_error(body: bytes) -> dict[str, Any]:
    """Return `{"code", "message", "errors"}` as far as an error in XML has them; {} for any other body."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or len(body) > _MAX_BYTES:
        return {}
    builder = _TreeBuilder()
    parser = ParserCreate()
    parser.StartElementHandler = builder.start_element
    parser.EndElementHandler = builder.end_element
    parser.CharacterDataHandler = builder.add_text
    parser.StartDoctypeDeclHandler = builder.refuse_document_type
    try:
        parser.Parse(body, True)
    except (ExpatError, ValueError, LookupError):
        return {}
    (root,) = builder.root.children
    return _read_error(root) if root.name in _ROOTS else {}


def _read_error(root: _Element) -> dict[str, Any]:
    elements = [root]
    for element in elements:  # grows while it is read: every element below the root
        elements += element.children
    fields = [
        {"field": element.get_text("field"), "message": element.get_text("message")}
        for element in elements
        if element.get_text("field") and element.get_text("message")
    ]
    holder = next((each for each in elements if each.get_text("code") and not each.get_text("field")), root)
    code = holder.get_text("code")
    error: dict[str, Any] = {}
    if code.isascii() and code.isdigit() and len(code) <= 12:
        error["code"] = int(code)
    if message := "" if holder.get_text("field") else holder.get_text("message"):
        error["message"] = message
    if fields:
        error["errors"] = fields
    return error if "errors" in error or ("code" in error and "message" in error) else {}
