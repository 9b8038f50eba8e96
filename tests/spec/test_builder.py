"""Test how files become compiled specs: shared inputs, defaults of keys, and facts of the operation."""

from __future__ import annotations

import pytest
from tests.support.specs import compile_action, compile_files, compile_input, complete_action_text

from zoom_component.spec import decoder
from zoom_component.spec.diagnostics import join_choices, suggest
from zoom_component.spec.spec import ABSENT

SHARED = """
everyAction: [tenant]
inputs:
  tenant: {label: Tenant, target: header.X-Tenant}
  userId: {label: User Id, type: string, required: true, example: me, default: me}
"""


def test_keys_beside_use_override_those_of_the_shared_input() -> None:
    spec = compile_action("inputs:\n  userId: {use: userId, label: Host, target: body.host}", SHARED).inputs["userId"]
    assert (spec.label, spec.required, spec.example, spec.target) == ("Host", True, "me", "body.host")


def test_null_removes_a_key_of_the_shared_input() -> None:
    spec = compile_action("inputs:\n  userId: {use: userId, default: null, example: ~, target: body}", SHARED).inputs[
        "userId"
    ]
    assert spec.default is ABSENT
    assert spec.example is ABSENT


def test_every_action_has_the_inputs_under_every_action() -> None:
    assert compile_action("inputs: {}", SHARED).inputs["tenant"].target == "header.X-Tenant"


def test_the_nearer_shared_file_wins() -> None:
    found = compile_files(
        {
            "actions/_inputs.yaml": "inputs:\n  size: {label: Far}\n",
            "actions/things/_inputs.yaml": "inputs:\n  size: {label: Near}\n",
            "actions/things/doThing.yaml": complete_action_text("inputs:\n  size: {use: size}"),
            "actions/doOther.yaml": complete_action_text("key: doOther\ninputs:\n  size: {use: size}"),
        }
    )
    assert found.diagnostics == []
    assert decoder.decode_action(found.actions["doThing"]).inputs["size"].label == "Near"
    assert decoder.decode_action(found.actions["doOther"]).inputs["size"].label == "Far"


@pytest.mark.parametrize(
    ("keys", "wire_type"),
    [
        ("type: string", "string"), ("type: boolean", "boolean"), ("type: code", "json"),
        ("collection: valuelist", "stringArray"), ("collection: keyvaluelist", "keyValueObject"),
        ("wireType: integer", "integer"),
        ("type: boolean, wireType: string", "string"), ("wireType: null", "string"),
    ],
)  # fmt: skip
def test_the_wire_type_follows_from_the_type_by_default(keys: str, wire_type: str) -> None:
    assert compile_input(keys).wire_type == wire_type


def test_a_target_without_a_name_uses_the_key() -> None:
    inputs = compile_action(
        """
request: {method: POST, path: "/things/{id}"}
inputs:
  id: {label: Id, required: true, target: path}
  q: {label: Q, target: query}
  b: {label: B, target: body}
  deep: {label: D, target: body.a.b}
  free: {label: F, type: code, target: body.a.*}
  h: {label: H, target: header.X-H}
  own: {label: O, target: none}
"""
    ).inputs
    targets = {key: spec.target for key, spec in inputs.items()}
    assert targets == {
        "id": "path.id", "q": "query.q", "b": "body.b", "deep": "body.a.b", "free": "body.a.*", "h": "header.X-H",
        "own": None,
    }  # fmt: skip


def test_the_action_has_the_facts_of_its_operation() -> None:
    spec = compile_action(
        """
key: listPeople
effect: read
operation: users
request: {method: GET, path: /users}
pages: {items: users}
"""
    )
    assert spec.pages is not None
    assert (spec.pages.page_size, spec.pages.max_page_size, spec.pages.style) == (2000, 2000, "token")
    assert spec.pages.page_param == "next_page_token"
    assert spec.response is not None
    assert spec.response.statuses == (200,)
    assert "users" in spec.response.keys
    assert spec.scopes
    assert spec.rate_limit


def test_an_operation_without_a_page_token_is_paged_by_number() -> None:
    spec = compile_action(
        """
key: listShows
effect: read
request: {method: GET, path: "/users/{userId}/webinars"}
inputs:
  userId: {label: User, required: true, target: path}
pages: {items: webinars}
"""
    )
    assert spec.pages is not None
    assert (spec.pages.style, spec.pages.page_param) == ("number", "page_number")


def test_connections_and_triggers_are_compiled() -> None:
    found = compile_files(
        {
            "connections/mine.yaml": "key: mine\nlabel: Mine\ndescription: My own\ngrant: authorization_code\n"
            "pkce: S256\ninputs:\n  clientId: {label: Id, required: true}\n",
            "triggers/hook.yaml": "key: hook\nlabel: Hook\ndescription: A hook\nbranches: [one, two]\n",
            "triggers/events/ignored.yaml": "not: [read\n",
        }
    )
    assert found.diagnostics == []
    connection = decoder.decode_connection(found.connections["mine"])
    assert (connection.grant, connection.pkce, connection.inputs["clientId"].required) == (
        "authorization_code", "S256", True,
    )  # fmt: skip
    assert decoder.decode_trigger(found.triggers["hook"]).branches == ("one", "two")


def test_a_suggestion_has_the_similar_word_or_all_words() -> None:
    assert suggest("topik", ["topic", "agenda"]) == "did you mean topic?"
    assert suggest("TOPIC", ["topic", "agenda"]) == "did you mean topic?"
    assert suggest("zzz", ["topic", "agenda"]) == "expected topic or agenda"
    assert suggest("zzz", []) == "none is allowed here"
    assert suggest("t" * 100_000, ["topic"]) == "expected topic"
    assert join_choices(map(str, range(40)), limit=3) == "0, 1, 2 and 37 more"
    assert join_choices([]) == "nothing"
