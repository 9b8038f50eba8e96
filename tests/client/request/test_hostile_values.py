"""Test that no value of an input takes long: the time grows with its length, and no faster.

HOSTILE_SIZE is the number of characters of each value. Nothing measures time: what grew with the square of the length
took 8 seconds for one of these values, and the guard of the whole run ends it.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from tests.support.hostile_texts import list_values

from zoom_component.client.actions import Actions
from zoom_component.client.request.constraints import normalize_format
from zoom_component.client.request.inputs import validate_inputs
from zoom_component.client.request.naming import resolve_names
from zoom_component.client.request.values import InvalidValue, check_json, parse_json
from zoom_component.client.request.xml_errors import parse_xml_error
from zoom_component.identity_text import clean_email, clean_text, normalize_marks

SIZE = int(os.environ.get("HOSTILE_SIZE", "20000"))
FORMATS = ("date-time", "email", "ids", "meeting", "phone", "time-zone", "token", "url")


@pytest.mark.parametrize("name", FORMATS)
def test_a_hostile_value_is_read_or_refused_with_a_short_message(name: str) -> None:
    messages = []
    for text in list_values(SIZE):
        try:
            normalize_format(name, text)
        except InvalidValue as error:
            messages.append(str(error))
    assert len(messages) > 5 or name in ("phone", "token")  # which accept nearly any text
    assert max(map(len, messages), default=0) < 600


def test_marks_beyond_what_any_language_writes_are_not_sorted() -> None:
    text = "a" + "\u0301\u0316" * 50_000
    assert normalize_marks("NFC", text) == text
    assert clean_text(text) == text
    assert normalize_marks("NFC", "e\u0301" * 3) == "\u00e9" * 3
    assert normalize_marks("NFC", "a" + "\u0316\u0301" * 15) != "a" + "\u0316\u0301" * 15


def test_only_a_few_layers_around_an_address_are_removed() -> None:
    assert clean_email('"<mailto:ann@example.com>"') == "ann@example.com"
    assert clean_email("mailto:" * 20_000 + "ann@example.com").startswith("mailto:")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 30_000 + "1" + "}" * 30_000, "[[1]]" + "[" * 61])
def test_deep_json_is_refused_before_it_is_parsed(text: str) -> None:
    with pytest.raises(InvalidValue, match="nested too deeply"):
        parse_json(text, "a list")


def test_a_deep_python_value_is_refused() -> None:
    value: Any = 1
    for _ in range(61):
        value = [value]
    with pytest.raises(InvalidValue, match="nested too deeply"):
        check_json(value)


@pytest.mark.parametrize("body", [b"<error>" * 20_000, b"<error>" + b"&lt;" * 10_000 + b"</error>"])
def test_a_hostile_error_in_xml_is_no_error_of_zoom(body: bytes) -> None:
    assert parse_xml_error(body) == {}


def test_entities_are_never_expanded() -> None:
    declared = b'<!DOCTYPE e [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    bomb = declared + b"<error><code>1</code><message>&b;</message></error>"
    assert parse_xml_error(bomb) == {}


def test_unknown_names_of_one_call_are_bounded() -> None:
    action = Actions.load().catalogue.action("createMeeting")
    names = {f"name{at}": 1 for at in range(50_000)}
    resolved = resolve_names(action, names)
    assert len(resolved.problems) == 101
    assert "the call has 50,000 inputs" in resolved.problems[-1].message
    assert len(validate_inputs(action, names).problems) < 110


def test_invalid_items_of_one_list_are_bounded() -> None:
    action = Actions.load().catalogue.action("createMeeting")
    result = validate_inputs(action, {"meetingTopic": "x", "availableDialInCountries": ["nowhere"] * 20_000})
    assert len([each for each in result.problems if each.input == "availableDialInCountries"]) == 100


def test_a_very_long_name_is_cut_in_its_problem() -> None:
    action = Actions.load().catalogue.action("createMeeting")
    (problem,) = resolve_names(action, {"x" * 100_000: 1}).problems
    assert len(problem.input) == 100
