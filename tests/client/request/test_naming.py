"""Test inputs under each of their names: the key, the API name, and the flattened names of toolkits."""

from __future__ import annotations

import pytest
from tests.support.calls import validated_inputs
from tests.support.specs import compile_action, compile_files, complete_action_text

from zoom_component.client.request.naming import resolve_names
from zoom_component.spec.api_names import find_ambiguous_names, list_api_names, map_api_names, to_toolkit_name
from zoom_component.spec.catalogue import Catalogue, is_slug

CATALOGUE = Catalogue()
ACTION = compile_action(
    """
request: {method: POST, path: "/things/{thingId}"}
inputs:
  thing: {label: Thing, required: true, target: path.thingId}
  usePmi: {label: Use, type: boolean, target: body.settings.use_pmi}
  more: {label: More, type: code, wireType: object, target: body.settings.*}
  note: {label: Note, target: body}
  size: {label: Size, target: query.page_size}
  own: {label: Own}
"""
)


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("path.userId", ("userId",)),
        ("query.page_size", ("page_size",)),
        ("header.Accept-Language", ("Accept-Language",)),
        ("body.template_id", ("template_id",)),
        ("body.settings.use_pmi", ("settings.use_pmi", "settings__use_pmi", "settings__use__pmi")),
        ("body.settings.audio", ("settings.audio", "settings__audio")),
        ("body.settings.*", ("settings",)),
        ("body.*", ()),
        (None, ()),
    ],
)
def test_the_api_names_of_a_target(target: str | None, names: tuple[str, ...]) -> None:
    assert list_api_names(target) == names
    assert target is None or not names or to_toolkit_name(target) == names[-1]


@pytest.mark.parametrize("name", ["usePmi", "settings.use_pmi", "settings__use_pmi", "settings__use__pmi"])
def test_each_name_resolves_to_the_input(name: str) -> None:
    assert resolve_names(ACTION, {"thingId": "1", name: True}).inputs == {"thing": "1", "usePmi": True}


def test_the_name_of_a_group_resolves_to_its_free_fields() -> None:
    assert resolve_names(ACTION, {"settings": {"use_pmi": True}}).inputs == {"more": {"use_pmi": True}}


@pytest.mark.parametrize("other", [True, False])
def test_two_names_of_one_input_are_refused(other: bool) -> None:
    resolved = resolve_names(ACTION, {"usePmi": True, "settings.use_pmi": other})
    assert [tuple(problem) for problem in resolved.problems] == [
        ("settings.use_pmi", "provided twice, as usePmi and as settings.use_pmi; provide it once")
    ]


@pytest.mark.parametrize(
    ("name", "hint"), [("settings.use_pmo", "did you mean settings.use_pmi?"), ("x", "thing, usePmi, more")]
)
def test_an_unknown_name_is_refused_with_a_hint(name: str, hint: str) -> None:
    (problem,) = resolve_names(ACTION, {name: 1}).problems
    assert problem.input == name
    assert problem.message.startswith("unknown input; ")
    assert hint in problem.message


def test_an_ambiguous_name_is_refused() -> None:
    spec = compile_action("inputs:\n  one: {label: One, target: query.x}\n  two: {label: Two, target: body.x}")
    assert find_ambiguous_names(spec.inputs) == {"x": ["one", "two"]}
    assert map_api_names(spec.inputs) == {}
    (problem,) = resolve_names(spec, {"x": "1"}).problems
    assert problem.message == "ambiguous name; use one or two"


def test_a_key_that_is_the_api_name_of_another_input_is_a_problem() -> None:
    text = "inputs:\n  size: {label: Size, target: body.page}\n  page: {label: Page, target: body.number}"
    (problem,) = compile_files({"actions/things/doThing.yaml": complete_action_text(text)}).diagnostics
    assert '"page" is also the API name of the input size' in problem.message


@pytest.mark.parametrize("key", CATALOGUE.action_keys())
def test_no_action_has_an_ambiguous_name(key: str) -> None:
    inputs = CATALOGUE.action(key).inputs
    assert find_ambiguous_names(inputs) == {}
    assert {name: other for name, other in map_api_names(inputs).items() if name in inputs and name != other} == {}


@pytest.mark.parametrize(
    ("name", "expected"), [("ZOOM_LIST_MEETINGS", True), ("listMeetings", False), ("", False), ("Zoom", False)]
)
def test_slugs_are_recognized(name: str, expected: bool) -> None:
    assert is_slug(name) is expected


def test_an_input_that_a_free_field_overrides_is_a_warning() -> None:
    validated = validated_inputs(ACTION, thing="1", usePmi="true", more={"use_pmi": False, "other": 1})
    assert validated.warnings == ["usePmi: ignored, because more has another value for use_pmi"]
    assert validated_inputs(ACTION, thing="1", usePmi="true", more={"use_pmi": True}).warnings == []
