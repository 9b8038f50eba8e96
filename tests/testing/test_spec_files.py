"""Test that all problems of a test spec are reported with place and suggestion, and the schema for editors."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.testing.conftest import COMPONENT, Write

from zoom_component.errors import SpecError
from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.testing.schema import build_schema, build_schemas
from zoom_component.testing.spec_files import load_spec

ROOT = Path(__file__).resolve().parents[2]
KEYS = COMPONENT.catalogue.action_keys()
GOOD = "name: One\nsteps:\n  - {name: owner, run: getUser, inputs: {userId: me}, capture: {mail: email}}\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: One\nsteps: []\n", "2:8: steps: expected at least one item, got an empty list"),
        ("name: One\nstep: []\n", '2:1: unknown key "step"; did you mean steps?'),
        (GOOD + "  - {run: getUsr}\n", '4:11: unknown action "getUsr"; did you mean getUser?'),
        (
            GOOD + "  - {run: getUser, expects: {}}\n",
            '4:20: unknown key "expects"; did you mean expect?',
        ),
        (
            GOOD + '  - {run: getUser, inputs: {userId: "${ownr.id}"}}\n',
            '4:37: no earlier step or capture is named "ownr"',
        ),
        (
            GOOD + '  - {run: getUser, inputs: {userId: "${mial}"}}\n',
            '4:37: no earlier step or capture is named "mial"',
        ),
        (GOOD + "  - {name: mail, run: getUser}\n", '4:12: expected a new name, got "mail"'),
        (GOOD + "  - {run: getUser, capture: {x: a..b}}\n", '4:33: expected a path such as users[0].email, got "a..b"'),
        (GOOD + "  - {run: getUser, expect: {paths: {'a[': 1}}}\n", "4:43: expected a path such as users[0].email"),
        (
            GOOD + "  - {run: getUser, expect: {error: {}, result: 1}}\n",
            "4:48: expected either error or result, got both",
        ),
        (GOOD + "  - {run: getUser, expect: {schema: {type: text}}}\n", '4:44: not a JSON Schema: unknown type "text"'),
        (GOOD + "sandbox: {clock: noon}\n", '4:18: clock: expected a time such as 2026-03-10T11:00:00Z, got "noon"'),
        (GOOD + "  - {run: getUser, name: a.b}\n", '4:26: name: expected a name without . [ ] { } and $; got "a.b"'),
        (
            GOOD + "  - {run: getUser, faults: [{path: /usrs, drop: true}]}\n",
            '4:36: path: no operation has the path "/usrs"; did you mean',
        ),
        (
            GOOD + "  - {run: getUser, faults: [{method: FETCH, drop: true}]}\n",
            "4:38: method",
        ),
        (
            GOOD + "  - {run: getUser, faults: [{drop: true, calls: no}]}\n",
            "4:49: calls: expected an integer, a range such as 2-4, or a list of them",
        ),
        (
            GOOD + "  - {run: getUser, faults: [{method: GET, path: /users}]}\n",
            "4:29: the fault has no effect; add one of status",
        ),
        (
            GOOD + "sandbox: {faults: [{stauts: 500}]}\n",
            '4:21: unknown key "stauts"; did you mean status?',
        ),
        (
            GOOD + "  - {run: getUser, expect: {error: {kind: notfound}}}\n",
            '4:43: unknown error kind "notfound"; did you mean not_found?',
        ),
        (
            GOOD + "  - {run: getUser, expect: {events: [{event: meeting.creatd}]}}\n",
            '4:46: Zoom has no event "meeting.creatd"; did you mean meeting.created?',
        ),
        (GOOD + '  - {run: getUser, inputs: {userId: "${mail"}}\n', "4:37: expected } after ${"),
        (
            "name: One\nsteps: [{run: getUser, inputs: {userId: ${mail.id}}}]\n",
            "2:42: not YAML: did not find expected ',' or '}'; put references in quotes",
        ),
        (
            'name: One\nsteps: [{run: getUser, inputs: {userId: "${mail}"}}]\n',
            '2:41: no earlier step or capture is named "mail"; no earlier step has a name or a capture',
        ),
        ("name: [\n", "2:1: not YAML"),
    ],
)
def test_a_problem_has_its_place_and_a_suggestion(write: Write, text: str, fault: str) -> None:
    path = write(text)
    with pytest.raises(SpecError) as raised:
        load_spec(path, KEYS)
    assert [each for each in raised.value.diagnostics if each.startswith(f"one.test.yaml:{fault}")], (
        raised.value.diagnostics
    )


def test_all_problems_are_reported_at_once(write: Write) -> None:
    with pytest.raises(SpecError) as raised:
        load_spec(write(GOOD + '  - {run: a}\n  - {run: b, inputs: {x: "${y}"}}\n'), KEYS)
    assert len(raised.value.diagnostics) == 3


def test_a_missing_or_binary_file_is_refused(write: Write) -> None:
    with pytest.raises(SpecError, match="cannot read the file: No such file"):
        load_spec(write(GOOD).with_name("two.test.yaml"), KEYS)
    write(GOOD).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match="not UTF-8 text, but UTF-16"):
        load_spec(Path("one.test.yaml"), KEYS)


def test_the_schema_in_the_repository_is_current_and_accepts_valid_specs() -> None:
    ((path, text),) = build_schemas().items()
    assert (ROOT / path).read_text(encoding="utf-8") == text
    Draft202012Validator.check_schema(build_schema())
    validator = Draft202012Validator(build_schema())
    assert list(validator.iter_errors(parse_yaml(GOOD, "one").value)) == []
    for wrong in ("steps: []", "step: [{run: getUser}]", "steps: [{run: getUser, capture: {a.b: c}}]"):
        assert not validator.is_valid(parse_yaml(f"name: One\n{wrong}", "one").value)


def test_each_key_has_a_description() -> None:
    for part in [build_schema(), *build_schema()["$defs"].values()]:
        assert all(key["description"].endswith(".") for key in part["properties"].values())
