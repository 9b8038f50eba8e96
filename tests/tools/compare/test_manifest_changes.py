"""Test what each change of a spec means for callers."""

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
    ("required: true, ", "", "additive", "the input `name` is no longer required."),
    ("maxLength: 64", "maxLength: 32", "breaking", "the max length of the input `name` changed from 64 to 32."),
    ("maxLength: 64, ", "", "additive", "the max length of the input `name` changed from 64 to none."),
    ("{a: One, b: Two}", "{a: One}", "breaking", "the input `kind` no longer accepts b."),
    ("{a: One, b: Two}", "{a: One, b: Two, c: Three}", "additive", "the input `kind` now accepts c."),
    ("{a: One, b: Two}", "{a: One, b: Zwo}", "other", "the labels of the choices of the input `kind` changed."),
    ("model: {a: One, b: Two}, ", "", "additive", "the input `kind` now accepts other values than its choices."),
    ("default: a", "default: b", "breaking", 'the default of the input `kind` changed from "a" to "b".'),
    ("minimum: 1, maximum: 10", "minimum: 2, maximum: 10", "breaking",
     "the minimum of the input `count` changed from 1 to 2."),
    ("maximum: 10", "maximum: 20", "additive", "the maximum of the input `count` changed from 10 to 20."),
    ("wireType: integer, minimum: 1, maximum: 10", "minimum: 1, maximum: 10", "breaking",
     'the wire type of the input `count` changed from "integer" to none.'),
    ("maximum: 7}", "maximum: 6}", "breaking", "the maximum of an item of the input `days` changed from 7 to 6."),
    (", items: {wireType: integer, minimum: 1, maximum: 7}", "", "additive",
     "the input `days` no longer has rules for its items."),
    ("target: query", "target: body", "breaking",
     'the target of the input `days` changed from "query.days" to "body.days".'),
    ("format: email, ", "", "additive", 'the format of the input `mail` changed from "email" to none.'),
    ("dependsOn: name, ", "", "additive", "the input `mail` is no longer tied to `name`."),
    ("dependsOn: name", "conflictsWith: name", "breaking", "the input `mail` now conflicts with `name`."),
    ("label: Mail", "label: Post", "other", "the description of the input `mail` changed (label)."),
    ("  mail: {label: Mail, format: email, dependsOn: name, target: body}\n", "", "breaking",
     "the input `mail` was removed."),
    ("  mail:", "  more: {label: More, target: body}\n  mail:", "additive", "the input `more` was added."),
    ("  mail:", "  more: {label: More, required: true, target: body}\n  mail:", "breaking",
     "the required input `more` was added."),
    ("limit: 10", "limit: 5", "breaking", "the daily quota changed from 10 to 5."),
    ("limit: 10", "limit: 50", "additive", "the daily quota changed from 10 to 50."),
    (RULE, "", "additive", "a rule was removed: Give Name."),
    ("Give Name.}", "Give a Name.}", "breaking", "a rule was added: Give a Name."),
    ("schema: {required: [name]}", "schema: {required: [name, kind]}", "breaking",
     "a rule changed: Give Name."),
    ("slug: APP_DO_THING", "slug: APP_DO_IT", "breaking", "the slug changed from APP_DO_THING to APP_DO_IT."),
    ("slug: APP_DO_THING\n", "", "breaking", "the slug APP_DO_THING was removed."),
    ("slug: APP_DO_THING", "slug: APP_DO_THING\neffect: update", "breaking",
     "its effect changed from create to update."),
    ("slug: APP_DO_THING", "slug: APP_DO_THING\nplan: Pro.", "other",
     "its plan changed from none to Pro."),
    ("slug: APP_DO_THING", "slug: APP_DO_THING\nnotes: Fine.", "other", "its description changed (notes)."),
]  # fmt: skip


def state(words: str) -> dict[str, Any]:
    found = compile_files({"actions/things/doThing.yaml": complete_action_text(words)})
    assert [str(each) for each in found.diagnostics] == []
    return assemble_manifest({}, [decoder.decode_action(raw) for raw in found.actions.values()], [], [])


@pytest.mark.parametrize(
    ("before", "after", "severity", "message"), EDITS, ids=[f"{edit[2]}: {edit[3]}" for edit in EDITS]
)
def test_each_edit_has_a_severity_and_a_message(before: str, after: str, severity: str, message: str) -> None:
    assert before in OLD
    changes = compare_manifests(state(OLD), state(OLD.replace(before, after, 1)))
    assert ("doThing", severity, message) in [(change.part, change.severity, change.message) for change in changes]
    assert exit_code_for(changes) == {"breaking": 1, "additive": 20, "other": 0}[changes[0].severity]


def test_a_manifest_has_no_changes_from_itself() -> None:
    whole = build_manifest(Catalogue())
    assert compare_manifests(whole, copy.deepcopy(whole)) == []
    assert exit_code_for([]) == 0


def find_changes_of_edit(change: Callable[[dict[str, Any]], object]) -> list[tuple[str, str, str]]:
    old = build_manifest(Catalogue())
    new = copy.deepcopy(old)
    change(new)
    return [(each.severity, each.part, each.message) for each in compare_manifests(old, new)]


def test_added_and_removed_parts_are_reported() -> None:
    assert find_changes_of_edit(lambda new: new["actions"].pop("getUser")) == [
        ("breaking", "getUser", "the action was removed.")
    ]
    assert find_changes_of_edit(lambda new: new["triggers"].pop("webhookReceiver"))[0][2] == "the trigger was removed."
    assert find_changes_of_edit(lambda new: new["connections"].update(more={"key": "more"})) == [
        ("additive", "more", "the connection was added.")
    ]
    grant = find_changes_of_edit(lambda new: new["connections"]["oauth"].update(grant="account_credentials"))
    assert grant[0] == ("breaking", "oauth", "its grant changed from authorization_code to account_credentials.")


def test_lists_results_scopes_and_deprecations() -> None:
    def change(new: dict[str, Any]) -> None:
        users, meeting = new["actions"]["listUsers"], new["actions"]["updateMeeting"]
        users["pages"]["max_page_size"] = 100
        users["scopes"] = ["user:read:new"]
        users["deprecated"] = True
        del meeting["merge"]
        del new["actions"]["listMeetings"]["pages"]
        meeting["inputs"]["topic"]["deprecated"] = True

    found = find_changes_of_edit(change)
    assert ("breaking", "listUsers", "its max page size changed from 2000 to 100.") in found
    assert ("breaking", "updateMeeting", "it can no longer read the current state before it updates.") in found
    assert ("breaking", "listMeetings", "the list in its result changed.") in found
    assert ("other", "listUsers", "its operation is now deprecated by the API.") in found
    assert ("other", "updateMeeting", "the input `topic` is now deprecated by the API.") in found
    assert any(part == "listUsers" and "is no longer enough" in message for _, part, message in found)


def test_branches_and_payloads_of_triggers() -> None:
    def change(new: dict[str, Any]) -> None:
        new["triggers"]["webhookReceiver"]["branches"].remove("URL Verify")
        new["triggers"]["webhookReceiver"]["payload"] = {"event": {"type": "string"}}

    found = find_changes_of_edit(change)
    assert ("breaking", "webhookReceiver", "the branch URL Verify was removed.") in found
    assert ("additive", "webhookReceiver", "the field `event` was added to its payload.") in found


def test_changes_as_a_changelog_and_as_json() -> None:
    changes = compare_manifests(
        state(OLD), state(OLD.replace("{a: One, b: Two}", "{a: One, c: Three}").replace("Mail", "Post"))
    )
    assert list(format_changelog(changes)) == [
        "### Breaking", "", "- `doThing`: the input `kind` no longer accepts b.", "",
        "### Added", "", "- `doThing`: the input `kind` now accepts c.", "",
        "### Other", "", "- `doThing`: the description of the input `mail` changed (label).", "",
    ]  # fmt: skip
    assert {severity: len(each) for severity, each in changes_to_json(changes).items()} == {
        "breaking": 1, "additive": 1, "other": 1,
    }  # fmt: skip
