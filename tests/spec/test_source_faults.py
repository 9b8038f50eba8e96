"""Data sources whose parts do not fit: each fault with its place and the right word, all of a file at once."""

from __future__ import annotations

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
pages: {items: meetings}
""",
    "actions/recordings/getRecordings.yaml": """key: getRecordings
label: Get
description: Get
effect: read
request: {method: GET, path: "/meetings/{meetingId}/recordings"}
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
LIST = """key: pick
label: Pick
description: Picks
inputs: {userId: {label: User, required: true}}
action: listMeetings
lists:
  - items: meetings
    value: [id]
    label: ["{topic}[, {start_time}]"]
    fields: {start_time: {moment: true, zone: timezone}}
"""
ONE = """key: pick
label: Pick
description: Picks
inputs: {meetingId: {label: Meeting, required: true}, byId: {label: By Id, type: boolean}}
action: getRecordings
lists:
  - {items: recording_files, value: [download_url], instead: {byId: [id]}, label: ["File {#}"]}
  - {items: participant_audio_files, value: [download_url], instead: {byId: [id]}, label: ["{file_name}"]}
"""


def faults(text: str, **more: str) -> list[str]:
    found = compile_files({**ACTIONS, "sources/pick.yaml": text, **more}).diagnostics
    return [f"{fault.line}:{fault.column}: {fault.message}" for fault in found if "pick.yaml" in fault.path]


def test_sources_that_fit_have_none() -> None:
    assert faults(LIST) == []
    assert faults(ONE) == []
    assert faults(LIST + "given: {from: today}\nsearch: {input: from, given: {from: x}}\nnotes: Some.\n") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            LIST.replace("listMeetings", "listMeeting"),
            "5:9: there is no action 'listMeeting'; did you mean listMeetings?",
        ),
        (LIST.replace("listMeetings", "endMeeting"), "5:9: endMeeting does not only read"),
        (LIST.replace("userId:", "usrId:"), "4:10: no input of listMeetings is called 'usrId'; did you mean userId?"),
        (LIST.replace(", required: true", ""), "5:9: listMeetings needs userId: have a required input userId"),
        (LIST + "given: {frm: 1}\n", "11:9: no input of listMeetings is called 'frm'; did you mean from?"),
        (LIST + "search: {input: frm}\n", "11:17: no input of listMeetings is called 'frm'; did you mean from?"),
        (LIST + "search: {input: from, given: {x: 1}}\n", "11:31: no input of listMeetings is called 'x'"),
        (LIST.replace("items: meetings", "items: meeting"), "7:12: listMeetings lists meetings, not 'meeting'"),
        (LIST.replace("[id]", "[idd]"), "8:13: an item of meetings has no 'idd'; did you mean id?"),
        (LIST.replace("{topic}", "{topc}"), "9:13: an item of meetings has no 'topc'; did you mean topic?"),
        (LIST.replace("{topic}", "{topic"), "9:13: a { stands alone; a field is written {field}"),
        (LIST.replace("time}]", "time}"), "9:13: a [ is not closed by a ]"),
        (LIST.replace("{topic}", "{#} {topic}"), "9:13: listMeetings comes in pages, and each would count anew"),
        (LIST.replace("zone: timezone", "zone: tmezone"), "has no 'tmezone'; did you mean timezone?"),
        (LIST.replace("moment: true, ", ""), "10:33: only a moment is told in a zone: say `moment: true`"),
        (LIST.replace("fields: {start_time", "fields: {strt_time"), "10:14: no label names {strt_time}; did you mean"),
        (
            LIST + "  - {items: meetings, value: [id], label: [x]}\n",
            "11:5: listMeetings comes in pages, and a page holds",
        ),
        (
            ONE.replace("items: recording_files", "items: recordng_files"),
            "the answer of getRecordings has no 'recordng",
        ),
        (
            ONE.replace('instead: {byId: [id]}, label: ["File', 'instead: {byIdd: [id]}, label: ["File'),
            "'byIdd'; did you",
        ),
        (ONE.replace("{byId: [id]}", "{meetingId: [id]}"), "meetingId is no boolean, and `instead` asks whether it is"),
        (ONE.replace('[id]}, label: ["{f', '[idd]}, label: ["{f'), "an item of participant_audio_files has no 'idd'"),
        (
            LIST.replace("required: true}", "required: true, dataSource: pick}"),
            "a source cannot offer values to itself",
        ),
        (
            LIST.replace("required: true}", "required: true, dataSource: pck}"),
            "there is no source 'pck'; did you mean pick?",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(text: str, told: str) -> None:
    assert any(told in fault for fault in faults(text)), faults(text)


def test_a_broken_action_is_not_told_of_twice() -> None:
    assert faults(LIST.replace("listMeetings", "broken")) == []


def test_all_faults_of_a_file_come_at_once() -> None:
    text = LIST.replace("[id]", "[a]").replace("{topic}", "{b}").replace("zone: timezone", "zone: c")
    assert len(faults(text + "given: {d: 1}\n")) == 4


def test_a_name_that_is_no_source_is_told_wherever_it_stands() -> None:
    shared = "inputs:\n  userId: {label: User, dataSource: pck}\n"
    files = {
        **ACTIONS,
        "sources/pick.yaml": LIST,
        "actions/_inputs.yaml": shared,
        "actions/meetings/getOne.yaml": ACTIONS["actions/recordings/getRecordings.yaml"]
        .replace("getRecordings", "getOne")  # type: ignore[arg-type]
        .replace("required: true", "required: true, dataSource: nobody"),  # type: ignore[arg-type]
        "triggers/hook.yaml": "key: hook\nlabel: H\ndescription: H\ninputs: {a: {label: A, dataSource: pik}}\n",
    }
    told = [fault.message for fault in compile_files(files).diagnostics if "no source" in fault.message]
    assert sorted(told) == [
        "there is no source 'nobody'; accepted: pick",
        "there is no source 'pck'; did you mean pick?",
        "there is no source 'pik'; did you mean pick?",
    ]


def test_without_any_source_at_hand_no_name_is_judged() -> None:
    found = compile_files(
        {"triggers/hook.yaml": "key: hook\nlabel: H\ndescription: H\ninputs: {a: {label: A, dataSource: x}}\n"}
    )
    assert found.diagnostics == []
