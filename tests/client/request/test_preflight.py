"""What a token may do, told from scopes alone, and by the embedded Zoom's own rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.support.specs import action

from zoom_component.client.request.preflight import refusal, verdict
from zoom_component.spec.catalogue import Catalogue
from zoom_facts import find
from zoom_sandbox.refusal import Refusal
from zoom_sandbox.scopes import check_scopes

CATALOGUE = Catalogue()
ACTIONS = [CATALOGUE.action(row["key"]) for row in CATALOGUE.listing()]
SCOPES = sorted({scope for each in ACTIONS for scope in (*each.scopes, *each.granular_scopes)})


@given(st.sampled_from(ACTIONS), st.lists(st.sampled_from(SCOPES), max_size=9))
def test_it_says_what_the_service_will_say(each: object, granted: list[str]) -> None:
    spec = next(known for known in ACTIONS if known is each)
    operation = find(spec.method, spec.path) if spec.path else None
    if operation is None:
        assert verdict(spec, granted).state == "unknown"
        return
    try:
        check_scopes(operation, granted)
        refused = False
    except Refusal:
        refused = True
    found = verdict(spec, granted)
    assert (found.state == "missing") is refused
    assert bool(found.has) is not refused
    assert (refusal(spec, granted) is not None) is refused


def test_any_one_is_enough_classic_or_granular() -> None:
    spec = CATALOGUE.action("createMeeting")
    for scope in (*spec.scopes, *spec.granular_scopes):
        assert verdict(spec, [scope]).has == (scope,)
    assert verdict(spec, []).state == "missing"
    assert verdict(spec, None) == ("unknown", (*spec.scopes, *spec.granular_scopes), (), "token")


def test_what_lists_no_scope_is_open_and_what_may_call_anything_is_not_known() -> None:
    assert verdict(action(""), []).state == "ok"
    assert verdict(CATALOGUE.action("rawRequest"), []).why == "action"
    assert refusal(CATALOGUE.action("rawRequest"), []) is None
    assert refusal(CATALOGUE.action("createMeeting"), None) is None


def test_the_refusal_names_the_scopes() -> None:
    spec = CATALOGUE.action("getUser")
    error = refusal(spec, ["meeting:read"])
    assert error is not None
    assert (error.kind, error.exit_code, error.scopes) == ("missing_scope", 7, (*spec.scopes, *spec.granular_scopes))
    assert "nothing was sent" in error.message


def test_a_sunset_says_that_an_operation_is_deprecated() -> None:
    spec = action("sunset: {ends: 2027-01-31, instead: doOther}")
    assert spec.deprecated
    assert spec.sunset == ("2027-01-31", "doOther")
    assert not action("").deprecated
    old = action("effect: read\nrequest: {method: GET, path: /phone/call_logs}")
    operation = find("GET", "/phone/call_logs")
    assert operation is not None
    assert old.deprecated is operation.deprecated is True
