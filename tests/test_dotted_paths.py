"""Test reading values at dotted paths."""

from __future__ import annotations

from typing import Any

import pytest

from zoom_component.dotted_paths import find_values, get_value

BODY = {"payload": {"object": {"id": 7, "files": [{"type": "MP4"}, {"type": "M4A"}], "password": None}}}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("payload.object.id", [7]),
        ("payload.object.password", [None]),
        ("payload.object.files.*.type", ["MP4", "M4A"]),
        ("payload.object.files.1.type", ["M4A"]),
        ("payload.object.files.2.type", []),
        ("payload.object.files.type", []),
        ("payload.object.id.x", []),
        ("nothing", []),
    ],
)
def test_a_path_leads_to_its_values(path: str, values: list[Any]) -> None:
    assert list(find_values(BODY, path.split("."))) == values


@pytest.mark.parametrize(
    ("path", "value"), [("payload.object.id", 7), ("payload.object.files.0", None), ("payload.x.y", None)]
)
def test_a_path_of_fields_leads_to_one_value(path: str, value: Any) -> None:
    assert get_value(BODY, path) == value
