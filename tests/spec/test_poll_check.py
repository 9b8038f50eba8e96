"""Test that polls whose parts do not fit are reported, with positions and suggestions, all at once."""

from __future__ import annotations

import re

import pytest
from tests.support.specs import compile_files

ACTIONS: dict[str, str | bytes] = {
    "actions/meetings/listMeetings.yaml": """key: listMeetings
label: List
description: List
effect: read
request: {method: GET, path: "/users/{userId}/meetings"}
inputs:
  userId: {label: User, required: true, target: path}
  from: {label: From, target: query}
  to: {label: To, target: query}
pages: {items: meetings}
""",
    "actions/meetings/getMeeting.yaml": """key: getMeeting
label: Get
description: Get
effect: read
request: {method: GET, path: "/meetings/{meetingId}"}
inputs: {meetingId: {label: Meeting, required: true, target: path}}
""",
    "actions/meetings/endMeeting.yaml": """key: endMeeting
label: End
description: End
effect: update
request: {method: PUT, path: "/things"}
""",
    "actions/meetings/broken.yaml": "key: [\n",
}
HEAD = """key: watch
label: Watch
description: Watches
inputs: {userId: {label: User}, deep: {label: Deep, type: boolean}, size: {label: Size, wireType: integer}}
payload: {event_type: {type: string}, meeting: {type: object}, changed: {type: object}}
"""
LIST = HEAD + "poll:\n  action: listMeetings\n  inputs: {userId: {setting: userId}}\n  items: {identity: [id]}\n"
ONE = HEAD + "poll:\n  action: getMeeting\n  inputs: {meetingId: {value: 1}}\n  payloadKey: meeting\n"


def list_problems(text: str) -> list[str]:
    """Return the problems of the trigger as `line:column: message`."""
    found = compile_files({**ACTIONS, "triggers/watch.yaml": text}).diagnostics
    return [f"{each.line}:{each.column}: {each.message}" for each in found if "watch.yaml" in each.path]


def test_valid_polls_have_no_problems() -> None:
    assert list_problems(LIST + "  payloadKey: meeting\n  pageSize: size\n  types: [{event: made}]\n") == []
    assert list_problems(LIST + "  span: {first: from, last: to, days: 30}\n  lookback: 7\n  onMissing: wait\n") == []
    snapshot = "  snapshot: {identity: [uuid], compare: [settings.audio], lists: {occurrences: {by: occurrence_id}}}\n"
    types = "[{event: a, onlyFields: [settings]}, {event: b, added: [occurrences]}"
    types += ", {event: c, changedTo: {status: started}}, {event: d}]"
    assert list_problems(ONE + snapshot + f"  changes: {{field: changed, report: values}}\n  types: {types}\n") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            LIST.replace("listMeetings", "listMeeting"),
            '7:11: unknown action "listMeeting"; did you mean listMeetings?',
        ),
        (
            LIST.replace("{setting: userId}", "{setting: usrId}"),
            'unknown input of this trigger "usrId"; did you mean userId?',
        ),
        (LIST.replace("{setting: userId}", "{when: deep}"), "8:12: expected one of the keys setting, today and value"),
        (
            LIST.replace("{setting: userId}", "{value: me, when: size}"),
            "when: expected a boolean input, got size",
        ),
        (
            LIST.replace("inputs: {userId: {setting", "inputs: {usrId: {setting"),
            '8:12: unknown input of listMeetings "usrId"; did you mean userId?',
        ),
        (
            LIST.replace("inputs: {userId: {setting: userId}}", "inputs: {}"),
            "listMeetings requires userId; add it under `inputs`",
        ),
        (
            LIST + "  span: {first: frm, last: to, days: 3}\n",
            '10:17: unknown input of listMeetings "frm"; did you mean from?',
        ),
        (LIST.replace("[id]", "[uid]"), '9:22: the response of listMeetings has no field "uid"; did you mean uuid?'),
        (
            LIST.replace("  items: {identity: [id]}\n", ""),
            "6:1: expected either items, for the new items of a list, or snapshot",
        ),
        (LIST + "  snapshot: {}\n", "expected either items"),
        (LIST + "  pageSize: sze\n", '10:13: unknown input of this trigger "sze"; did you mean size?'),
        (LIST + "  payloadKey: meting\n", '10:15: unknown field of the payload "meting"; did you mean meeting?'),
        (LIST + "  types: [{event: a}]\n", "event_type needs a field of its own in the payload; add `payloadKey`"),
        (
            LIST + "  payloadKey: meeting\n  types: [{event: a, first: true}, {event: b}]\n",
            "the type of a new item cannot have conditions",
        ),
        (LIST + "  changes: {field: changed, report: names}\n", "10:3: only a poll with a snapshot has changes"),
        (LIST + "branches: [one]\n", "10:1: a polling trigger has no branches"),
        (ONE + "  items: {identity: [id]}\n", "10:3: getMeeting does not return a list in pages"),
        (ONE + "  snapshot: {}\n  pageSize: size\n", "11:3: getMeeting does not return a list in pages"),
        (
            ONE + "  snapshot: {compare: [topc]}\n",
            '10:24: the response of getMeeting has no field "topc"; did you mean topic?',
        ),
        (ONE + "  snapshot: {ignore: [settings.adio]}\n", 'has no field "settings.adio"; did you mean audio?'),
        (
            ONE + "  snapshot: {lists: {occurrences: {by: ocurrence_id}}}\n",
            'has no field "occurrences.ocurrence_id"; did you mean',
        ),
        (
            ONE + "  snapshot: {}\n  changes: {field: chnged, report: names}\n",
            'unknown field of the payload "chnged"',
        ),
        (
            ONE + "  snapshot: {}\n  types: [{event: a}, {event: b}]\n",
            "11:11: the types below are never used, because this one has no conditions",
        ),
        (ONE + "  snapshot: {}\n  types: [{event: a, first: true}]\n", "11:11: the last type cannot have conditions"),
        (
            ONE + "  snapshot: {}\n  types: [{event: a, added: [files]}, {event: b}]\n",
            'unknown list of the snapshot "files"',
        ),
        (
            ONE + "  snapshot: {}\n  types: [{event: a, changedTo: {statu: 1}}, {event: b}]\n",
            'has no field "statu"; did you mean status?',
        ),
        (
            ONE.replace("getMeeting", "endMeeting") + "  snapshot: {}\n",
            "expected an action with the effect read; endMeeting has the effect update",
        ),
    ],
)
def test_a_part_that_does_not_fit_is_reported(text: str, message: str) -> None:
    assert any(message in problem for problem in list_problems(text)), list_problems(text)


def test_an_invalid_action_is_reported_once() -> None:
    assert list_problems(HEAD + "poll: {action: broken, items: {identity: [id]}}\n") == []


def test_all_problems_of_a_file_are_reported_at_once() -> None:
    text = LIST.replace("setting: userId", "setting: a").replace("[id]", "[b]") + "  payloadKey: c\n  pageSize: d\n"
    assert len(list_problems(text)) == 4


def test_a_trigger_can_poll_an_action_of_a_later_folder() -> None:
    found = compile_files({"triggers/watch.yaml": LIST, **ACTIONS})
    assert re.search("watch", str(list(found.triggers)))
