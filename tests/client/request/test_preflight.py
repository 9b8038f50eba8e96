"""Test what the scopes of a token allow, against the sandbox's own rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.support.specs import compile_action

from zoom_component.client.request.preflight import check_scopes, find_scope_error
from zoom_component.spec.catalogue import Catalogue
from zoom_facts import find_operation
from zoom_sandbox import scopes as sandbox_scopes
from zoom_sandbox.errors import ApiError

CATALOGUE = Catalogue()
ACTIONS = [CATALOGUE.action(row["key"]) for row in CATALOGUE.listing()]
SCOPES = sorted({scope for each in ACTIONS for scope in (*each.scopes, *each.granular_scopes)})


@given(st.sampled_from(ACTIONS), st.lists(st.sampled_from(SCOPES), max_size=9))
def test_the_check_predicts_the_answer_of_the_service(each: object, granted: list[str]) -> None:
    spec = next(known for known in ACTIONS if known is each)
    operation = find_operation(spec.method, spec.path) if spec.path else None
    if operation is None:
        assert check_scopes(spec, granted).state == "unknown"
        return
    try:
        sandbox_scopes.check_scopes(operation, granted)
        is_refused = False
    except ApiError:
        is_refused = True
    check = check_scopes(spec, granted)
    assert (check.state == "missing") is is_refused
    assert bool(check.granted) is not is_refused
    assert (find_scope_error(spec, granted) is not None) is is_refused


def test_any_one_scope_is_enough_classic_or_granular() -> None:
    spec = CATALOGUE.action("createMeeting")
    for scope in (*spec.scopes, *spec.granular_scopes):
        assert check_scopes(spec, [scope]).granted == (scope,)
    assert check_scopes(spec, []).state == "missing"
    assert check_scopes(spec, None) == ("unknown", (*spec.scopes, *spec.granular_scopes), (), "token")


def test_an_action_without_scopes_is_open_and_rawrequest_is_unknown() -> None:
    assert check_scopes(compile_action(""), []).state == "ok"
    assert check_scopes(CATALOGUE.action("rawRequest"), []).reason == "action"
    assert find_scope_error(CATALOGUE.action("rawRequest"), []) is None
    assert find_scope_error(CATALOGUE.action("createMeeting"), None) is None


def test_the_error_names_the_scopes() -> None:
    spec = CATALOGUE.action("getUser")
    error = find_scope_error(spec, ["meeting:read"])
    assert error is not None
    assert (error.kind, error.exit_code, error.scopes) == ("missing_scope", 7, (*spec.scopes, *spec.granular_scopes))
    assert "nothing was sent" in error.message


def test_an_action_with_a_sunset_is_deprecated() -> None:
    spec = compile_action("sunset: {date: 2027-01-31, replacement: doOther}")
    assert spec.deprecated
    assert spec.sunset == ("2027-01-31", "doOther")
    assert not compile_action("").deprecated
    old = compile_action("effect: read\nrequest: {method: GET, path: /phone/call_logs}")
    operation = find_operation("GET", "/phone/call_logs")
    assert operation is not None
    assert old.deprecated is operation.deprecated is True
