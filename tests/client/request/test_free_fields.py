"""Test the warnings about inputs that free fields override."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.calls import first_request, validated_inputs
from tests.support.specs import compile_action

THING = compile_action(
    """
inputs:
  open: {label: Open, type: boolean, default: false, target: body.settings.open}
  room: {label: Room, target: body.settings.room.name}
  size: {label: Size, wireType: integer, target: body.settings.room.size}
  topic: {label: Topic, target: body.topic}
  extra: {label: Extra, type: code, target: body.settings.*}
"""
)


@pytest.mark.parametrize(
    ("extra", "settings", "overridden"),
    [
        ({"open": False}, {"open": False, "room": {"name": "A", "size": 5}}, ["open"]),
        ({"open": None}, {"open": None, "room": {"name": "A", "size": 5}}, ["open"]),
        ({"room": {"name": "B"}}, {"open": True, "room": {"name": "B", "size": 5}}, ["room.name"]),
        ({"room": {"name": "A", "color": "red"}}, {"open": True, "room": {"name": "A", "size": 5, "color": "red"}}, []),
        ({"room": "none"}, {"open": True, "room": "none"}, ["room.name", "room.size"]),
        ({"topic": "B"}, {"open": True, "room": {"name": "A", "size": 5}, "topic": "B"}, []),
    ],
)
def test_free_fields_win_with_a_warning(extra: Any, settings: Any, overridden: list[str]) -> None:
    inputs = {"open": True, "room": "A", "size": 5, "topic": "T", "extra": extra}
    request = first_request(THING, **inputs)
    assert request.body == {"topic": "T", "settings": settings}
    warnings = validated_inputs(THING, **inputs).warnings
    assert [warning.rpartition(" ")[2] for warning in warnings] == overridden


def test_the_warning_names_the_input_and_the_free_fields() -> None:
    assert validated_inputs(THING, open=True, extra={"open": False}).warnings == [
        "open: ignored, because extra has another value for open"
    ]


def test_a_default_is_overridden_without_a_warning() -> None:
    for inputs in ({}, {"open": "false"}):
        assert validated_inputs(THING, extra={"open": True}, **inputs).warnings == []
        assert first_request(THING, extra={"open": True}, **inputs).body == {"settings": {"open": True}}
