"""From files to compiled specs: shared inputs, our names for the words, and what the facts add."""

from __future__ import annotations

import pytest
from tests.support.specs import compile_action, compile_files, compile_input, complete_action_text

from zoom_component.spec import decoder
from zoom_component.spec.diagnostics import join_choices, suggest
from zoom_component.spec.spec import ABSENT

SHARED = """
every: [tenant]
inputs:
  tenant: {label: Tenant, send: header.X-Tenant}
  userId: {label: User Id, type: string, required: true, example: me, default: me}
"""


def test_an_input_takes_a_shared_ones_words_and_its_own_win() -> None:
    spec = compile_action("inputs:\n  userId: {use: userId, label: Host, send: body.host}", SHARED).inputs["userId"]
    assert (spec.label, spec.required, spec.example, spec.target) == ("Host", True, "me", "body.host")


def test_a_word_with_null_takes_a_shared_word_away() -> None:
    spec = compile_action("inputs:\n  userId: {use: userId, default: null, example: ~, send: body}", SHARED).inputs[
        "userId"
    ]
    assert spec.default is ABSENT
    assert spec.example is ABSENT


def test_inputs_named_under_every_are_in_every_action() -> None:
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
    ("words", "sends"),
    [
        ("type: string", "string"), ("type: boolean", "boolean"), ("type: code", "json"),
        ("collection: valuelist", "strings"), ("collection: keyvaluelist", "pairs"), ("sends: integer", "integer"),
        ("type: boolean, sends: string", "string"), ("sends: null", "string"),
    ],
)  # fmt: skip
def test_what_an_input_is_on_the_wire_follows_from_its_type_unless_said(words: str, sends: str) -> None:
    assert compile_input(words).wire_type == sends


def test_where_an_input_goes_is_spelt_out() -> None:
    inputs = compile_action(
        """
request: {method: POST, path: "/things/{id}"}
inputs:
  id: {label: Id, required: true, send: path}
  q: {label: Q, send: query}
  b: {label: B, send: body}
  deep: {label: D, send: body.a.b}
  free: {label: F, type: code, send: body.a.*}
  h: {label: H, send: header.X-H}
  own: {label: O, send: nowhere}
"""
    ).inputs
    sends = {key: spec.target for key, spec in inputs.items()}
    assert sends == {
        "id": "path.id", "q": "query.q", "b": "body.b", "deep": "body.a.b", "free": "body.a.*", "h": "header.X-H",
        "own": None,
    }  # fmt: skip


def test_the_operations_facts_are_written_into_the_action() -> None:
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
    assert (spec.pages.page_size, spec.pages.max_page_size, spec.pages.style) == (
        2000,
        2000,
        "token",
    ) or spec.pages.page_size == 300
    assert spec.pages.page_param == "next_page_token"
    assert spec.response is not None
    assert spec.response.statuses == (200,)
    assert "users" in spec.response.keys
    assert spec.scopes
    assert spec.rate_limit


def test_paging_by_number_where_the_operation_knows_no_token() -> None:
    spec = compile_action(
        """
key: listShows
effect: read
request: {method: GET, path: "/users/{userId}/webinars"}
inputs:
  userId: {label: User, required: true, send: path}
pages: {items: webinars}
"""
    )
    assert spec.pages is not None
    assert (spec.pages.style, spec.pages.page_param) == ("number", "page_number")


def test_connections_and_triggers_are_compiled_too() -> None:
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


def test_suggestions_name_the_near_word_or_all_of_them() -> None:
    assert suggest("topik", ["topic", "agenda"]) == "did you mean topic?"
    assert suggest("TOPIC", ["topic", "agenda"]) == "did you mean topic?"
    assert suggest("zzz", ["topic", "agenda"]) == "accepted: topic or agenda"
    assert suggest("zzz", []) == "none is accepted here"
    assert suggest("t" * 100_000, ["topic"]) == "accepted: topic"
    assert join_choices(map(str, range(40)), limit=3) == "0, 1, 2 and 37 more"
    assert join_choices([]) == "nothing"
