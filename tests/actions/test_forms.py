"""Test what forms and platforms send: every field, most of them empty, some with their defaults.

A form has no way to leave a field out: what nobody filled in is "", [], [""] or null.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.session_modes import SyncMode, create_sandbox

from zoom_component import Component
from zoom_component.client.calls import Plan
from zoom_component.errors import InputError
from zoom_component.spec.spec import ABSENT, EFFECTS_WITH_DEFAULTS, ActionSpec, Input

COMPONENT = Component.load()
KEYS = [*COMPONENT.catalogue.action_keys(), *COMPONENT.catalogue.slugs()]
# Values for what an action cannot do without, by input key or API name.
VALUES: dict[str, Any] = {
    "userId": "me",
    "meetingId": "84512345678",
    "webinarId": "84512345678",
    "email": "a@example.com",
    "firstName": "Ada",
    "lastName": "Lovelace",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "url": "/users",
    "method": "GET",
    "userType": "1",
}
MORE_VALUES = {"listUsersChatMessages": {"toContact": "b@example.com"}}
EMPTY_VALUES = ["", " ", "\u00a0", "\u200b", [], [""], [None], None]

every_action = pytest.mark.parametrize("key", KEYS)


def list_inputs(action: ActionSpec) -> dict[str, Input]:
    """Return the inputs of a form: all except the connection."""
    return {key: spec for key, spec in action.inputs.items() if spec.type != "connection"}


def build_minimum(action: ActionSpec) -> dict[str, Any]:
    """Return what a call needs, where a default does not fill it in."""
    has_defaults = action.effect in EFFECTS_WITH_DEFAULTS
    needed = {
        key: VALUES[key]
        for key, spec in list_inputs(action).items()
        if (spec.required or (spec.target or "").startswith("path.")) and not (has_defaults and has_default(spec))
    }
    return {**needed, **MORE_VALUES.get(action.key, {})}


def has_default(spec: Input) -> bool:
    """Return whether an input declares a default."""
    return spec.default is not ABSENT and spec.default is not None


def list_defaults(action: ActionSpec) -> dict[str, Any]:
    """Return the declared defaults, as a form fills them in."""
    return {key: spec.default for key, spec in list_inputs(action).items() if has_default(spec)}


def request_of(plan: Plan) -> Any:
    """Return what a request consists of."""
    request = plan.request
    return request.method, request.path, list(request.query), dict(request.headers), request.body, request.content


@every_action
def test_a_form_with_all_defaults_and_nothing_else_sends_what_the_minimum_sends(key: str) -> None:
    action = COMPONENT.get_action(key)
    minimum = build_minimum(action)
    for empty in EMPTY_VALUES:
        form = {**dict.fromkeys(list_inputs(action), empty), **list_defaults(action), **minimum}
        plan = COMPONENT.plan(key, form)
        if action.effect in EFFECTS_WITH_DEFAULTS:
            assert request_of(plan) == request_of(COMPONENT.plan(key, minimum))
            assert plan.warnings == COMPONENT.plan(key, minimum).warnings
        elif action.effect == "delete":
            # Defaults of deletes do not apply by themselves, but a form may say the same explicitly.
            assert request_of(plan) == request_of(COMPONENT.plan(key, {**list_defaults(action), **minimum}))


@pytest.mark.parametrize("key", [key for key in KEYS if COMPONENT.get_action(key).effect == "update"])
def test_an_update_by_a_form_sends_what_was_filled_in_and_clears_plain_text(key: str) -> None:
    action = COMPONENT.get_action(key)
    minimum = build_minimum(action)
    form = {**dict.fromkeys(list_inputs(action), ""), **minimum}
    values = COMPONENT.plan(key, form).values
    cleared = {name for name, value in values.items() if value == ""}
    assert values == {**minimum, **dict.fromkeys(cleared, "")}
    for name in cleared:
        spec = action.inputs[name]
        assert (spec.wire_type, spec.model, (spec.target or "")[:5]) == ("string", None, "body.")
        assert spec.format in (None, "ids", "phone")  # the two only clean a text
    nulls = COMPONENT.plan(key, {**dict.fromkeys(list_inputs(action)), **minimum}).values
    assert {name for name, value in nulls.items() if value is None} == {
        name
        for name, spec in list_inputs(action).items()
        if (spec.target or "").startswith("body.") and not (spec.target or "").endswith("*")
    }


@every_action
@settings(max_examples=25)
@given(data=st.data())
def test_any_input_that_is_left_empty_is_like_one_that_is_left_out(key: str, data: st.DataObject) -> None:
    action = COMPONENT.get_action(key)
    minimum = build_minimum(action)
    others = sorted(set(list_inputs(action)) - set(minimum))
    names = data.draw(st.sets(st.sampled_from(others))) if others else set()
    empties = {name: data.draw(st.sampled_from(EMPTY_VALUES)) for name in sorted(names)}
    plan = COMPONENT.plan(key, {**minimum, **empties})
    if action.effect != "update":
        assert request_of(plan) == request_of(COMPONENT.plan(key, minimum))
        return
    sent = {name: plan.values[name] for name in empties if name in plan.values}
    assert plan.values == {**COMPONENT.plan(key, minimum).values, **sent}
    assert all(value is None or value == "" for value in sent.values())
    assert all(empties[name] is None for name, value in sent.items() if value is None)
    assert all(isinstance(empties[name], str) for name, value in sent.items() if value == "")


@every_action
def test_a_required_input_that_is_left_empty_is_reported(key: str) -> None:
    action = COMPONENT.get_action(key)
    minimum = build_minimum(action)
    required = [name for name in minimum if name not in MORE_VALUES.get(key, {})]
    for empty in EMPTY_VALUES if required else []:
        with pytest.raises(InputError) as caught:
            COMPONENT.plan(key, {**minimum, **dict.fromkeys(required, empty)})
        problems = {problem.input: problem.message for problem in caught.value.problems}
        assert set(problems) == set(required)
        assert all(message.startswith("is required, got ") for message in problems.values())


@pytest.mark.parametrize("key", ["updateMeeting", "updateUser"])
def test_a_zoom_accepts_an_update_by_a_form(key: str) -> None:
    zoom = create_sandbox()
    session = SyncMode(zoom)
    meeting = session.run("createMeeting", {"userId": "me", "topic": "Daily"}).data["id"]
    minimum = {"updateMeeting": {"meetingId": meeting, "topic": "New"}, "updateUser": {"userId": "me", "dept": "New"}}
    session.run(key, {**dict.fromkeys(list_inputs(COMPONENT.get_action(key)), ""), **minimum[key]})
    assert b"New" in zoom.requests[-1].body


def test_defaults_that_contradict_other_inputs_are_left_out() -> None:
    series = {"userId": "me", "meetingType": "8", "recurrence": "1", "startTime": "2030-01-01T09:00:00Z"}
    until = {**series, "endDateTime": "2030-02-01T09:00:00Z"}
    body = COMPONENT.plan("createMeeting", {**until, "endTimes": "1"}).request.body
    assert body["recurrence"] == {"type": 1, "end_date_time": "2030-02-01T09:00:00Z"}
    assert "recurrence" not in COMPONENT.plan("createMeeting", {"userId": "me", "endTimes": 1}).request.body
    change = {"meetingId": "84512345678", "topic": "New", "endTimes": "1", "hostVideo": "false"}
    plan = COMPONENT.plan("updateMeeting", change)
    assert plan.request.body == {"topic": "New", "settings": {"host_video": False}}
    assert plan.warnings == (
        "endTimes: not sent, because it is the default (1) and requires recurrence (Type Recurrence)",
    )
