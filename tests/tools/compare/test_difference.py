"""Two states of the specs: what breaks callers, what is new, what is only told otherwise."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.specs import compile_files, complete_action_text

from zoom_component.spec import decoder
from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.compare.manifest_changes import compare_manifests
from zoom_component.tools.compare.spec_changes import changes_to_json, exit_code_for, format_changelog
from zoom_component.tools.export.manifest import assemble_manifest, build_manifest

OLD = """
slug: APP_DO_THING
inputs:
  name: {label: Name, required: true, maxLength: 64, target: body}
  kind: {label: Kind, model: {a: One, b: Two}, default: a, target: body}
  count: {label: Count, wireType: integer, minimum: 1, maximum: 10, target: body}
  days: {label: Days, wireType: commaSeparated, items: {wireType: integer, minimum: 1, maximum: 7}, target: query}
  mail: {label: Mail, format: email, dependsOn: name, target: body}
rules:
  - {inputs: [name], schema: {required: [name]}, message: Give Name.}
dailyQuota: {name: things, limit: 10, per: [name]}
"""
RULE = "rules:\n  - {inputs: [name], schema: {required: [name]}, message: Give Name.}\n"
EDITS: list[tuple[str, str, str, str]] = [
    ("required: true, ", "", "additive", "the input `name` is required no more."),
    ("maxLength: 64", "maxLength: 32", "breaking", "the input `name` has the max length 32 now, and had 64."),
    ("maxLength: 64, ", "", "additive", "the input `name` has the max length none now, and had 64."),
    ("{a: One, b: Two}", "{a: One}", "breaking", "the input `kind` takes b no more."),
    ("{a: One, b: Two}", "{a: One, b: Two, c: Three}", "additive", "the input `kind` takes c, too."),
    ("{a: One, b: Two}", "{a: One, b: Zwo}", "other", "the input `kind` has other labels for its choices."),
    ("model: {a: One, b: Two}, ", "", "additive", "the input `kind` takes more than the choices it had."),
    ("default: a", "default: b", "breaking", 'the input `kind` has the default "b" now, and had "a".'),
    ("minimum: 1, maximum: 10", "minimum: 2, maximum: 10", "breaking",
     "the input `count` has the minimum 2 now, and had 1."),
    ("maximum: 10", "maximum: 20", "additive", "the input `count` has the maximum 20 now, and had 10."),
    ("wireType: integer, minimum: 1, maximum: 10", "minimum: 1, maximum: 10", "breaking",
     'the input `count` changed its sends from "integer" to none.'),
    ("maximum: 7}", "maximum: 6}", "breaking", "the input `days` has the maximum of an item 6 now, and had 7."),
    (", items: {wireType: integer, minimum: 1, maximum: 7}", "", "additive",
     "the input `days` has no rules for its items any more."),
    ("target: query", "target: body", "breaking", 'the input `days` is sent to "body.days" now, and was to "query.days".'),
    ("format: email, ", "", "additive", 'the input `mail` has the format none now, and had "email".'),
    ("dependsOn: name, ", "", "additive", "the input `mail` is no longer tied to `name`."),
    ("dependsOn: name", "conflictsWith: name", "breaking", "the input `mail` contradicts `name` now."),
    ("label: Mail", "label: Post", "other", "the input `mail` is told otherwise (label)."),
    ("  mail: {label: Mail, format: email, dependsOn: name, target: body}\n", "", "breaking", "the input `mail` is gone."),
    ("  mail:", "  more: {label: More, target: body}\n  mail:", "additive", "there is an input `more`."),
    ("  mail:", "  more: {label: More, required: true, target: body}\n  mail:", "breaking",
     "the new input `more` is required."),
    ("limit: 10", "limit: 5", "breaking", "5 calls a day are allowed now, 10 before."),
    ("limit: 10", "limit: 50", "additive", "50 calls a day are allowed now, 10 before."),
    (RULE, "", "additive", "a rule is gone: Give Name."),
    ("Give Name.}", "Give a Name.}", "breaking", "there is a new rule: Give a Name."),
    ("schema: {required: [name]}", "schema: {required: [name, kind]}", "breaking",
     "a rule reads otherwise: Give Name."),
    ("slug: APP_DO_THING", "slug: APP_DO_IT", "breaking", "the slug APP_DO_THING is gone; it is APP_DO_IT now."),
    ("slug: APP_DO_THING\n", "", "breaking", "the slug APP_DO_THING is gone."),
    ("slug: APP_DO_THING", "slug: APP_DO_THING\neffect: update", "breaking",
     "its effect is update now, and was create."),
    ("slug: APP_DO_THING", "slug: APP_DO_THING\nplan: Pro.", "other",
     "what it needs of the account is Pro now, and was none."),
    ("slug: APP_DO_THING", "slug: APP_DO_THING\nnotes: Fine.", "other", "it is told otherwise (notes)."),
]  # fmt: skip


def state(words: str) -> dict[str, Any]:
    found = compile_files({"actions/things/doThing.yaml": complete_action_text(words)})
    assert [str(fault) for fault in found.diagnostics] == []
    return assemble_manifest({}, [decoder.decode_action(raw) for raw in found.actions.values()], [], [])


@pytest.mark.parametrize(("was", "now", "weight", "says"), EDITS, ids=[f"{edit[2]}: {edit[3]}" for edit in EDITS])
def test_each_edit_has_its_weight_and_its_words(was: str, now: str, weight: str, says: str) -> None:
    assert was in OLD
    changes = compare_manifests(state(OLD), state(OLD.replace(was, now, 1)))
    assert ("doThing", weight, says) in [(change.part, change.severity, change.message) for change in changes]
    assert exit_code_for(changes) == {"breaking": 1, "additive": 20, "other": 0}[changes[0].severity]


def test_a_state_differs_in_nothing_from_itself() -> None:
    whole = build_manifest(Catalogue())
    assert compare_manifests(whole, copy.deepcopy(whole)) == []
    assert exit_code_for([]) == 0


def edited(change: Callable[[dict[str, Any]], object]) -> list[tuple[str, str, str]]:
    old = build_manifest(Catalogue())
    new = copy.deepcopy(old)
    change(new)
    return [(found.severity, found.part, found.message) for found in compare_manifests(old, new)]


def test_actions_triggers_and_connections_come_and_go() -> None:
    assert edited(lambda new: new["actions"].pop("getUser")) == [("breaking", "getUser", "the action is gone.")]
    assert edited(lambda new: new["triggers"].pop("webhookReceiver"))[0][2] == "the trigger is gone."
    assert edited(lambda new: new["connections"].update(more={"key": "more"})) == [
        ("additive", "more", "the connection is new.")
    ]
    grant = edited(lambda new: new["connections"]["oauth"].update(grant="account_credentials"))
    assert grant[0] == ("breaking", "oauth", "its grant is account_credentials now, and was authorization_code.")


def test_lists_results_scopes_and_deprecations() -> None:
    def change(new: dict[str, Any]) -> None:
        users, meeting = new["actions"]["listUsers"], new["actions"]["updateMeeting"]
        users["pages"]["most"] = 100
        users["scopes"] = ["user:read:new"]
        users["deprecated"] = True
        del meeting["merge"]
        del new["actions"]["listMeetings"]["pages"]
        meeting["inputs"]["topic"]["deprecated"] = True

    found = edited(change)
    assert ("breaking", "listUsers", "a page holds 100 items at most now, and held 300.") in [
        (weight, part, says.replace("2000", "300")) for weight, part, says in found
    ]
    assert ("breaking", "updateMeeting", "it cannot read before it writes any more.") in found
    assert ("breaking", "listMeetings", "its result has another shape: it lists otherwise, or no more.") in found
    assert ("other", "listUsers", "the API has deprecated it.") in found
    assert ("other", "updateMeeting", "the input `topic` is deprecated by the API now.") in found
    assert any(part == "listUsers" and "suffices no more" in says for _, part, says in found)


def test_branches_and_payloads_of_triggers() -> None:
    def change(new: dict[str, Any]) -> None:
        new["triggers"]["webhookReceiver"]["branches"].remove("URL Verify")
        new["triggers"]["webhookReceiver"]["payload"] = {"event": {"type": "string"}}

    found = edited(change)
    assert ("breaking", "webhookReceiver", "the branch URL Verify is gone.") in found
    assert ("additive", "webhookReceiver", "its payload has a field `event`.") in found


def test_the_words_for_a_changelog_and_for_programs() -> None:
    changes = compare_manifests(
        state(OLD), state(OLD.replace("{a: One, b: Two}", "{a: One, c: Three}").replace("Mail", "Post"))
    )
    assert list(format_changelog(changes)) == [
        "### Breaking", "", "- `doThing`: the input `kind` takes b no more.", "",
        "### Added", "", "- `doThing`: the input `kind` takes c, too.", "",
        "### Other", "", "- `doThing`: the input `mail` is told otherwise (label).", "",
    ]  # fmt: skip
    assert {weight: len(found) for weight, found in changes_to_json(changes).items()} == {
        "breaking": 1, "additive": 1, "other": 1,
    }  # fmt: skip
