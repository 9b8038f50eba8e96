"""Test where each value is sent: absent values are not sent, and null, "", false and 0 stay distinct."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls import first_request
from tests.support.specs import compile_action

from zoom_component.client.handlers.http import deep_merge

TEXT = """
effect: {effect}
request: {{method: {method}, path: "/things/{{id}}"}}
inputs:
  id: {{label: Id, required: true, target: path}}
  topic: {{label: Topic, target: body}}
  count: {{label: Count, wireType: integer, default: "7", target: body}}
  open: {{label: Open, type: boolean, default: true, target: body.settings.open}}
  audio: {{label: Audio, target: body.settings.audio}}
  extra: {{label: Extra, type: code, template: {{invitees: [a@example.com]}}, target: body.settings.*}}
  whole: {{label: Whole, type: code, target: body.settings}}
  page: {{label: Page, wireType: integer, target: query}}
  kinds: {{label: Kinds, collection: valuelist, target: query.kind}}
  tenant: {{label: Tenant, target: header.X-Tenant}}
  own: {{label: Own, target: none}}
"""
UPDATE = compile_action(TEXT.format(effect="update", method="PATCH"))
CREATE = compile_action(TEXT.format(effect="create", method="POST"))


@pytest.mark.parametrize(
    ("inputs", "body"),
    [
        ({}, {}),
        ({"topic": None}, {"topic": None}),
        ({"topic": ""}, {"topic": ""}),
        ({"count": 0}, {"count": 0}),
        ({"count": "0"}, {"count": 0}),
        ({"open": False}, {"settings": {"open": False}}),
        ({"open": "false"}, {"settings": {"open": False}}),
        ({"open": None}, {"settings": {"open": None}}),
        ({"count": 2**70}, {"count": 2**70}),
    ],
)
def test_an_update_sends_exactly_the_inputs(inputs: dict[str, Any], body: dict[str, Any]) -> None:
    request = first_request(UPDATE, id="5", **inputs)
    assert request.body == body
    assert request.query == []


@given(st.sets(st.sampled_from(["topic", "count", "open", "audio"])))
def test_an_update_sends_each_input_once(keys: set[str]) -> None:
    inputs: dict[str, Any] = {"topic": "x", "count": 0, "open": False, "audio": ""}
    body = first_request(UPDATE, id="5", **{key: inputs[key] for key in keys}).body
    flat = {**body.get("settings", {}), **{key: value for key, value in body.items() if key != "settings"}}
    assert flat == {key: inputs[key] for key in keys}


def test_free_fields_override_defaults_and_inputs() -> None:
    assert first_request(CREATE, id="5").body == {"count": 7, "settings": {"open": True}}
    extra = {"open": False, "audio": "both", "invitees": []}
    assert first_request(CREATE, id="5", extra=extra).body["settings"] == extra
    assert first_request(CREATE, id="5", extra=extra, audio="voip", open=True).body["settings"] == extra


def test_the_order_of_inputs_does_not_decide_what_overrides() -> None:
    text = "inputs:\n  {}\n  {}\n"
    free = "free: {label: Free, type: code, target: body.a.*}"
    own = "own: {label: Own, default: d, target: body.a.own}"
    for spec in (compile_action(text.format(free, own)), compile_action(text.format(own, free))):
        assert first_request(spec, free={"own": "f"}).body == {"a": {"own": "f"}}
        assert first_request(spec, free={"own": "f"}, own="g").body == {"a": {"own": "f"}}


def test_a_template_is_never_sent() -> None:
    for spec in (CREATE, UPDATE):
        assert "invitees" not in str(first_request(spec, id="5").body)


def test_a_null_in_a_query_or_a_header_is_not_sent() -> None:
    request = first_request(UPDATE, id="5", page=None, kinds=None, tenant=None, own=None, extra=None)
    assert (request.query, request.headers, request.body) == ([], {}, {})


def test_each_value_is_sent_at_its_target() -> None:
    request = first_request(CREATE, id="a/b", page="0", kinds="x,y", tenant="t 1", own="local", topic="T")
    assert request.path == "/things/a%2Fb"
    assert request.query == [("page", "0"), ("kind", "x"), ("kind", "y")]
    assert request.headers == {"X-Tenant": "t 1"}
    assert request.body == {"topic": "T", "count": 7, "settings": {"open": True}}
    assert (request.method, request.effect, request.debug) == ("POST", "create", False)


def test_a_read_has_no_body() -> None:
    spec = compile_action(
        'effect: read\nrequest: {method: GET, path: "/things"}\ninputs:\n  q: {label: Q, target: query}'
    )
    assert first_request(spec, q="x").body is None


def test_an_input_turns_on_debugging() -> None:
    spec = compile_action("inputs:\n  debugRequest: {label: Debug, type: boolean, target: none}")
    assert first_request(spec, debugRequest="yes").debug
    assert not first_request(spec, debugRequest=None).debug


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)


@given(_JSON, _JSON)
def test_a_merge_replaces_what_the_upper_value_has_and_leaves_the_rest(lower: Any, upper: Any) -> None:
    merged = deep_merge(lower, upper)
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        assert merged == upper
        return
    assert set(merged) == set(lower) | set(upper)
    for key in merged:
        if key not in upper:
            assert merged[key] == lower[key]
        elif not (isinstance(upper[key], dict) and isinstance(lower.get(key), dict)):
            assert merged[key] == upper[key]
