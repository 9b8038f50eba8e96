"""Test which meeting a text names: numbers, UUIDs and invitations; test_meeting_links.py has the links."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.support.messages import call_or_message

from zoom_component.client.request.references import read_meeting_id
from zoom_component.client.request.values import InvalidValue, escape_segment

NUMBER = "89347503000"
INVITATION = """Ann Smith is inviting you to a scheduled Zoom meeting.

Topic: Daily
Time: Jan 31, 2026 09:30 AM Amsterdam, Berlin, Rome

Join Zoom Meeting
https://us02web.zoom.us/j/89347503000?pwd=8pEkRweVXPV3Ob2KJYgFTRlDtl1gSn.1

Meeting ID: 893 4750 3000
Passcode: 123456

One tap mobile
+16465588656,,89347503000#,,,,*123456# US (New York)

Dial by your location
• +1 646 558 8656 US (New York)
• +49 69 7104 9922 Germany

Meeting ID: 893 4750 3000
Passcode: 123456
Find your local number: https://us02web.zoom.us/u/kdPsxM1bXo

Join by SIP
• 89347503000@zoomcrc.com

Join by H.323
• 162.255.37.11 (US West)
"""
LABELS = [
    "Meeting ID:", "Webinar ID:", "Meeting-ID:", "ID de réunion :", "ID de reunión:", "ID da reunião:", "ID riunione:",
    "Vergader-id:", "会议号：", "会议 ID：", "會議號：", "ミーティング ID:", "회의 ID:", "Идентификатор конференции:",
    "Identyfikator spotkania:", "Toplantı Kimliği:", "Mötes-ID:", "ID cuộc họp:", "معرف الاجتماع:", "מזהה פגישה:",
    "Zoom", "Join Zoom meeting", '"id":', "meeting_id=",
]  # fmt: skip
numbers = st.integers(10**8, 10**11 - 1).map(str)
blanks = st.sampled_from([" ", "\u00a0", "\u2009", "\u202f", "\u3000", "-", "\u2011", "\u2013", ".", " - "])
hidden = st.text("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202c\u2066\u2069\ufe0f", max_size=3)
digits = st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"])
around = st.sampled_from(["{}", "#{}", "({})", "<{}>", '"{}"', "“{}”", " {}\n", "\ufeff{}.", "№ {}", "• {}", "{}#"])
uuids = st.binary(min_size=16, max_size=16).map(lambda value: base64.b64encode(value).decode())


def refusal(text: str) -> str:
    with pytest.raises(InvalidValue, match=r"^expected a meeting number, a join link or a UUID, got ") as caught:
        read_meeting_id(text)
    return str(caught.value)


@given(numbers, blanks, hidden, digits, around)
def test_a_number_with_any_blanks_signs_and_digits_is_the_number(
    number: str, blank: str, invisible: str, alphabet: str, form: str
) -> None:
    assume(blank != "." or len(number) > 9)  # 893.475.030 may be an address of a network
    text = blank.join((number[:3], number[3:6], number[6:]))
    text = "".join(alphabet[int(char)] if char.isdecimal() else char for char in text)
    assert read_meeting_id(form.format(invisible + text[:2] + invisible + text[2:])) == number


@given(uuids, st.integers(0, 3), around, hidden)
def test_a_uuid_is_the_same_however_often_it_is_encoded(uuid: str, times: int, form: str, invisible: str) -> None:
    assume(form not in ("#{}", "№ {}", "• {}", "{}#"))
    text = uuid
    for _ in range(times):
        text = quote(text, safe="")
    assert read_meeting_id(form.format(text[:5] + invisible + text[5:])) == uuid


@given(uuids)
def test_the_path_is_encoded_by_the_rule_of_zoom(uuid: str) -> None:
    # https://developers.zoom.us/docs/api/references/meeting-ids/
    expected = quote(uuid, safe="")
    if uuid.startswith("/") or "//" in uuid:
        expected = quote(expected, safe="")
    encoded = quote(uuid, safe="")
    for text in (uuid, encoded, quote(encoded, safe="")):
        assert escape_segment(read_meeting_id(text)) == expected


@given(st.text(max_size=60) | st.text("https://zom.u/j?=&%#@ IDid:+-.,()0189", max_size=60))
def test_any_other_text_is_refused_with_a_message(text: str) -> None:
    result, message = call_or_message(read_meeting_id, text)
    if message is None:
        assert re.fullmatch(r"[1-9][0-9]{0,11}|[A-Za-z0-9+/_-]{2,60}={0,2}", result)
        assert read_meeting_id(result) == result
    else:
        assert message.startswith("expected a meeting number, a join link or a UUID, got ")


@pytest.mark.parametrize("text", [f"{label} 893 4750 3000" for label in LABELS])
def test_a_line_of_the_invitation_in_any_language(text: str) -> None:
    assert read_meeting_id(text) == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        INVITATION,
        INVITATION.replace(" ", "\u00a0"),
        INVITATION.replace("\n", "\r\n"),
        "\n".join(f"> {line}" for line in INVITATION.splitlines()),
        "Meeting ID\n893 4750 3000\nPasscode\n123456\nInvite link\nhttps://us02web.zoom.us/j/89347503000",
        "Meeting ID: 89347503000 Passcode: 987654321",
        "Meeting ID: 893 4750 3000\nhttps://protect-us.mimecast.com/s/abc?domain=us02web.zoom.us",
    ],
)
def test_a_whole_invitation_names_one_meeting(text: str) -> None:
    assert read_meeting_id(text) == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "+16465588656,,89347503000#",
        "+16465588656,,89347503000#,,,,*123456# US (New York)",
        "tel:+16465588656,,89347503000#",
        "tel:+16465588656%2C%2C89347503000%23",
        "89347503000@zoomcrc.com",
        "sip:89347503000.123456@zoomcrc.com",
        '{"id": 89347503000, "host_id": "30R7kT7bTIKSNUFEuH_Qlg"}',
    ],
)
def test_telephone_and_room_systems_and_json(text: str) -> None:
    assert read_meeting_id(text) == NUMBER


@pytest.mark.parametrize(
    "text",
    ['"uuid":"\\/ajXp112QmuoKj4854875==",', "Meeting UUID: /ajXp112QmuoKj4854875==", "<%2FajXp112QmuoKj4854875%3D%3D>"],
)
def test_a_uuid_in_a_line_of_json_or_text(text: str) -> None:
    assert read_meeting_id(text) == "/ajXp112QmuoKj4854875=="


@pytest.mark.parametrize(
    "text",
    ["0", "-5", "+7", "1.5", "000", "1e10", "-89347503000", "–89347503000", "89347503000.0", "8.9347503e10",
     "089347503000", "8934750300012", "+1 646 558 8656", "2026-12-01", "01.12.2026", "162.255.37.11",
     "893\x004750\x003000", "89²4750³000"],
)  # fmt: skip
def test_a_number_that_no_meeting_has_is_refused(text: str) -> None:
    refusal(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "me", "annsmith", "weekly meeting", "abc#def", "a:b", "<>", "../accounts/me", "/meeting/89347503000/edit",
     "aDYlohsHRtCd4ii1uC2 hA==", "Passcode: 123456789", "Phone: 646 558 8656", "Meeting ID:", "Topic: Daily",
     "x" * 30_000],
)  # fmt: skip
def test_a_text_that_names_no_meeting_is_refused(text: str) -> None:
    refusal(text)


def test_the_character_that_only_looks_like_a_digit_is_named() -> None:
    assert "U+043E (CYRILLIC SMALL LETTER O)" in refusal("8934750300о")


def test_two_meetings_are_one_too_many() -> None:
    message = refusal("Meeting ID: 893 4750 3000\nMeeting ID: 871 1111 2222")
    assert message.endswith("text that names 2 meetings (87111112222, 89347503000); send one of them")


def test_the_number_in_the_invitation_of_another_service_is_not_taken() -> None:
    text = "Microsoft Teams meeting\nhttps://teams.microsoft.com/l/meetup-join/19\nMeeting ID: 234 567 890 12"
    assert "a link to teams.microsoft.com and not to Zoom" in refusal(text)
