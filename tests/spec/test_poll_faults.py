"""Polls whose parts do not fit: each fault with its place and the right word, all of a file at once."""

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
  userId: {label: User, required: true, send: path}
  from: {label: From, send: query}
  to: {label: To, send: query}
pages: {items: meetings}
""",
    "actions/meetings/getMeeting.yaml": """key: getMeeting
label: Get
description: Get
effect: read
request: {method: GET, path: "/meetings/{meetingId}"}
inputs: {meetingId: {label: Meeting, required: true, send: path}}
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
inputs: {userId: {label: User}, deep: {label: Deep, type: boolean}, size: {label: Size, sends: integer}}
payload: {event_type: {type: string}, meeting: {type: object}, changed: {type: object}}
"""
LIST = HEAD + "poll:\n  action: listMeetings\n  given: {userId: {setting: userId}}\n  items: {identity: [id]}\n"
ONE = HEAD + "poll:\n  action: getMeeting\n  given: {meetingId: {value: 1}}\n  holds: meeting\n"


def faults(text: str) -> list[str]:
    found = compile_files({**ACTIONS, "triggers/watch.yaml": text}).diagnostics
    return [f"{fault.line}:{fault.column}: {fault.message}" for fault in found if "watch.yaml" in fault.path]


def test_polls_that_fit_have_none() -> None:
    assert faults(LIST + "  holds: meeting\n  pageSize: size\n  types: [{event: made}]\n") == []
    assert faults(LIST + "  span: {first: from, last: to, days: 30}\n  lookback: 7\n  missing: waits\n") == []
    snapshot = "  snapshot: {identity: [uuid], compare: [settings.audio], lists: {occurrences: {by: occurrence_id}}}\n"
    types = "[{event: a, only: [settings]}, {event: b, added: [occurrences]}, {event: c, becomes: {status: started}}"
    types += ", {event: d}]"
    assert faults(ONE + snapshot + f"  changes: {{field: changed, tells: values}}\n  types: {types}\n") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            LIST.replace("listMeetings", "listMeeting"),
            "7:11: there is no action 'listMeeting'; did you mean listMeetings?",
        ),
        (
            LIST.replace("{setting: userId}", "{setting: usrId}"),
            "no input of this trigger is called 'usrId'; did you mean userId?",
        ),
        (LIST.replace("{setting: userId}", "{when: deep}"), "8:11: say where it comes from: setting, today or value"),
        (
            LIST.replace("{setting: userId}", "{value: me, when: size}"),
            "size is no boolean, and `when` asks whether it is true",
        ),
        (
            LIST.replace("given: {userId:", "given: {usrId:"),
            "8:11: no input of listMeetings is called 'usrId'; did you mean userId?",
        ),
        (LIST.replace("given: {userId: {setting: userId}}", "given: {}"), "listMeetings needs userId: give it a value"),
        (
            LIST + "  span: {first: frm, last: to, days: 3}\n",
            "10:17: no input of listMeetings is called 'frm'; did you mean from?",
        ),
        (LIST.replace("[id]", "[uid]"), "9:22: the answer of listMeetings has no 'uid'; did you mean uuid?"),
        (
            LIST.replace("  items: {identity: [id]}\n", ""),
            "6:1: say what is looked for: items for a list, snapshot for one object",
        ),
        (LIST + "  snapshot: {}\n", "say what is looked for"),
        (LIST + "  pageSize: sze\n", "10:13: no input of this trigger is called 'sze'; did you mean size?"),
        (LIST + "  holds: meting\n", "10:10: no field of the payload is called 'meting'; did you mean meeting?"),
        (LIST + "  types: [{event: a}]\n", "event_type stands beside what was found: say with `holds`"),
        (LIST + "  holds: meeting\n  types: [{event: a, first: true}, {event: b}]\n", "a new item has one type"),
        (LIST + "  changes: {field: changed, tells: names}\n", "10:3: only a snapshot changes; a list has new items"),
        (LIST + "branches: [one]\n", "10:1: branches are for deliveries; a trigger that polls has none"),
        (ONE + "  items: {identity: [id]}\n", "10:3: getMeeting lists nothing"),
        (ONE + "  snapshot: {}\n  pageSize: size\n", "11:3: getMeeting lists nothing"),
        (ONE + "  snapshot: {compare: [topc]}\n", "10:24: the answer of getMeeting has no 'topc'; did you mean topic?"),
        (ONE + "  snapshot: {ignore: [settings.adio]}\n", "has no 'settings.adio'; did you mean audio?"),
        (
            ONE + "  snapshot: {lists: {occurrences: {by: ocurrence_id}}}\n",
            "has no 'occurrences.ocurrence_id'; did you mean",
        ),
        (
            ONE + "  snapshot: {}\n  changes: {field: chnged, tells: names}\n",
            "no field of the payload is called 'chnged'",
        ),
        (
            ONE + "  snapshot: {}\n  types: [{event: a}, {event: b}]\n",
            "11:11: it always holds, so those below it are never reached",
        ),
        (ONE + "  snapshot: {}\n  types: [{event: a, first: true}]\n", "11:11: the last type has to hold always"),
        (
            ONE + "  snapshot: {}\n  types: [{event: a, added: [files]}, {event: b}]\n",
            "no list of the snapshot is called 'files'",
        ),
        (
            ONE + "  snapshot: {}\n  types: [{event: a, becomes: {statu: 1}}, {event: b}]\n",
            "has no 'statu'; did you mean status?",
        ),
        (ONE.replace("getMeeting", "endMeeting") + "  snapshot: {}\n", "endMeeting does not only read"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(text: str, told: str) -> None:
    assert any(told in fault for fault in faults(text)), faults(text)


def test_a_broken_action_is_not_told_of_twice() -> None:
    assert faults(HEAD + "poll: {action: broken, items: {identity: [id]}}\n") == []


def test_all_faults_of_a_file_come_at_once() -> None:
    text = LIST.replace("setting: userId", "setting: a").replace("[id]", "[b]") + "  holds: c\n  pageSize: d\n"
    assert len(faults(text)) == 4


def test_a_trigger_may_poll_an_action_of_a_folder_that_comes_after_it() -> None:
    found = compile_files({"triggers/watch.yaml": LIST, **ACTIONS})
    assert re.search("watch", str(list(found.triggers)))
