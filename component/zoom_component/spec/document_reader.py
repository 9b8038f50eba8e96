"""Read spec files in YAML and JSON: the name of a file decides which of the two it is."""

from __future__ import annotations

import json
from pathlib import Path

from zoom_component.spec.document import SpecDocument

__all__ = ["MAX_BYTES", "parse_document", "read_document"]

MAX_BYTES = 8 * 1024 * 1024  # of one file: a recording may be large, a spec never is
_SCHEMA_KEY = "$schema"


def read_document(path: Path, display_path: str | None = None) -> SpecDocument:
    """Return the parsed file. Raise nothing: a file that cannot be read or parsed has diagnostics."""
    document = SpecDocument(display_path or str(path))
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        document.add((), f"cannot read the file: {error.strerror or 'it does not exist'}")
        return document
    if len(raw) > MAX_BYTES:
        document.add((), f"expected a file of at most {MAX_BYTES:,} bytes, got a larger one")
        return document
    try:
        text = raw.decode("utf-8")
        encoding = json.detect_encoding(raw) if "\0" in text[:4] else ""
    except UnicodeDecodeError as error:
        encoding = json.detect_encoding(raw)
        if encoding.startswith("utf-8"):
            document.positions[()] = _locate_byte(raw, error.start)
            document.add((), f"not UTF-8 text (byte {error.start}); save the file as UTF-8")
            return document
    if encoding:
        document.add((), f"not UTF-8 text, but {encoding[:6].upper()}; save the file as UTF-8")
        return document
    return parse_document(text, document.path)


def parse_document(text: str, path: str) -> SpecDocument:
    """Return a parsed text: JSON if the path ends in .json, else YAML.

    The key `$schema` names the schema for editors. It is not part of the value.
    """
    if len(text) > MAX_BYTES:
        document = SpecDocument(path)
        document.add((), f"expected a text of at most {MAX_BYTES:,} characters, got {len(text):,}")
        return document
    if path.lower().endswith(".json"):
        from zoom_component.spec.json_text import parse_json

        document = parse_json(text, path)
    else:
        from zoom_component.spec.yaml12 import parse_yaml

        document = parse_yaml(text, path)
    if isinstance(document.value, dict) and not isinstance(document.value.pop(_SCHEMA_KEY, ""), str):
        document.add((_SCHEMA_KEY,), "$schema: expected the path or the URL of a schema", is_value_error=True)
    return document


def _locate_byte(raw: bytes, at: int) -> tuple[int, int]:
    """Return the line and column of the first byte that is not UTF-8."""
    before = raw[:at].decode("utf-8")
    start = before.rfind("\n") + 1
    return before.count("\n") + 1, len(before) - start + 1
