"""Test that data sources whose parts do not fit are reported, with positions and suggestions, all at once."""

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
  userId: {label: User, required: true, target: path}
  from: {label: From, target: query}
pages: {items: meetings}
""",
    "actions/recordings/getRecordings.yaml": """key: getRecordings
label: Get
description: Get
effect: read
request: {method: GET, path: "/meetings/{meetingId}/recordings"}
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
LIST = """key: pick
label: Pick
description: Picks
inputs: {userId: {label: User, required: true}}
action: listMeetings
lists:
  - items: meetings
    value: [id]
    label: ["{topic}[, {start_time}]"]
    fields: {start_time: {dateTime: true, timeZone: timezone}}
"""
ONE = """key: pick
label: Pick
description: Picks
inputs: {meetingId: {label: Meeting, required: true}, byId: {label: By Id, type: boolean}}
action: getRecordings
lists:
  - {items: recording_files, value: [download_url], valueWhen: {byId: [id]}, label: ["File {#}"]}
  - {items: participant_audio_files, value: [download_url], valueWhen: {byId: [id]}, label: ["{file_name}"]}
"""


def list_problems(text: str, **more: str) -> list[str]:
    """Return the problems of the data source as `line:column: message`."""
    found = compile_files({**ACTIONS, "sources/pick.yaml": text, **more}).diagnostics
    return [f"{each.line}:{each.column}: {each.message}" for each in found if "pick.yaml" in each.path]


def test_valid_data_sources_have_no_problems() -> None:
    assert list_problems(LIST) == []
    assert list_problems(ONE) == []
    assert (
        list_problems(
            LIST + "actionInputs: {from: today}\nsearch: {input: from, actionInputs: {from: x}}\nnotes: Some.\n"
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            LIST.replace("listMeetings", "listMeeting"),
            '5:9: unknown action "listMeeting"; did you mean listMeetings?',
        ),
        (
            LIST.replace("listMeetings", "endMeeting"),
            "5:9: expected an action with the effect read; endMeeting has the effect update",
        ),
        (LIST.replace("userId:", "usrId:"), '4:10: unknown input of listMeetings "usrId"; did you mean userId?'),
        (LIST.replace(", required: true", ""), "5:9: listMeetings requires userId; add a required input userId"),
        (LIST + "actionInputs: {frm: 1}\n", '11:16: unknown input of listMeetings "frm"; did you mean from?'),
        (LIST + "search: {input: frm}\n", '11:17: unknown input of listMeetings "frm"; did you mean from?'),
        (LIST + "search: {input: from, actionInputs: {x: 1}}\n", '11:38: unknown input of listMeetings "x"'),
        (
            LIST.replace("items: meetings", "items: meeting"),
            '7:12: items: expected meetings, as in the pages of listMeetings, got "meeting"',
        ),
        (LIST.replace("[id]", "[idd]"), '8:13: an item of meetings has no field "idd"; did you mean id?'),
        (LIST.replace("{topic}", "{topc}"), '9:13: an item of meetings has no field "topc"; did you mean topic?'),
        (LIST.replace("{topic}", "{topic"), "9:13: a { has no match; write a field as {field}"),
        (LIST.replace("time}]", "time}"), "9:13: a [ has no matching ]"),
        (LIST.replace("{topic}", "{#} {topic}"), "9:13: listMeetings returns pages, and the numbers would restart"),
        (LIST.replace("timeZone: timezone", "timeZone: tmezone"), 'has no field "tmezone"; did you mean timezone?'),
        (LIST.replace("dateTime: true, ", ""), "10:37: a time zone needs a date-time; add `dateTime: true`"),
        (
            LIST.replace("fields: {start_time", "fields: {strt_time"),
            "10:14: no label has the field {strt_time}; did you mean",
        ),
        (
            LIST + "  - {items: meetings, value: [id], label: [x]}\n",
            "11:5: listMeetings returns pages, and a page has one list",
        ),
        (
            ONE.replace("items: recording_files", "items: recordng_files"),
            'the response of getRecordings has no field "recordng',
        ),
        (
            ONE.replace('valueWhen: {byId: [id]}, label: ["File', 'valueWhen: {byIdd: [id]}, label: ["File'),
            '"byIdd"; did you',
        ),
        (ONE.replace("{byId: [id]}", "{meetingId: [id]}"), "expected a boolean input, got meetingId"),
        (
            ONE.replace('[id]}, label: ["{f', '[idd]}, label: ["{f'),
            'an item of participant_audio_files has no field "idd"',
        ),
        (
            LIST.replace("required: true}", "required: true, dataSource: pick}"),
            "the input of a data source cannot use the data source itself",
        ),
        (
            LIST.replace("required: true}", "required: true, dataSource: pck}"),
            'unknown data source "pck"; did you mean pick?',
        ),
    ],
)
def test_a_part_that_does_not_fit_is_reported(text: str, message: str) -> None:
    assert any(message in problem for problem in list_problems(text)), list_problems(text)


def test_an_invalid_action_is_reported_once() -> None:
    assert list_problems(LIST.replace("listMeetings", "broken")) == []


def test_all_problems_of_a_file_are_reported_at_once() -> None:
    text = LIST.replace("[id]", "[a]").replace("{topic}", "{b}").replace("timeZone: timezone", "timeZone: c")
    assert len(list_problems(text + "actionInputs: {d: 1}\n")) == 4


def test_an_unknown_data_source_is_reported_in_every_kind_of_file() -> None:
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
    messages = [each.message for each in compile_files(files).diagnostics if "unknown data source" in each.message]
    assert sorted(messages) == [
        'unknown data source "nobody"; expected pick',
        'unknown data source "pck"; did you mean pick?',
        'unknown data source "pik"; did you mean pick?',
    ]


def test_without_any_data_source_names_are_not_checked() -> None:
    found = compile_files(
        {"triggers/hook.yaml": "key: hook\nlabel: H\ndescription: H\ninputs: {a: {label: A, dataSource: x}}\n"}
    )
    assert found.diagnostics == []
