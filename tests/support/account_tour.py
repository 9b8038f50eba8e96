"""List requests that call every operation of the sandbox at least once.

A step is a method, a path, the arguments of the request, and the names under which values of the response are stored
for later steps: `{group}` in a path or a body is the value stored as `group`.
"""

from __future__ import annotations

from typing import Any

import httpx

Step = tuple[str, str, dict[str, Any], dict[str, str]]


def parse_step(line: str, body: Any = None, *, query: dict[str, Any] | None = None, **stored: str) -> Step:
    """Return a step of `METHOD /path`.

    `stored` are names with the dotted path of a value in the response.
    """
    method, path = line.split(" ", 1)
    return method, path, {"json": body, "params": query}, stored


def _parse_upload(line: str, field: str, **stored: str) -> Step:
    """Return a step that uploads a file for Ada."""
    method, path = line.split(" ", 1)
    return method, path, {"files": {field: ("notes.txt", b"Notes.")}, "data": {"to_contact": "ada@example.com"}}, stored


PEOPLE = [
    parse_step("POST /groups", {"name": "Design"}, group="id"),
    parse_step("POST /groups", {"name": "Sales"}, other="id"),
    parse_step("PATCH /groups/{group}", {"name": "Product Design"}),
    parse_step("GET /groups"),
    parse_step("GET /groups/{group}"),
    parse_step(
        "POST /groups/{group}/members", {"members": [{"email": "mia@example.com"}, {"email": "ben@example.com"}]}
    ),
    parse_step("GET /groups/{group}/members"),
    parse_step("PATCH /groups/{group}/members/mia@example.com", {"action": "move", "target_group_id": "{other}"}),
    parse_step("DELETE /groups/{group}/members/ben@example.com"),
    parse_step("POST /groups/{group}/admins", {"admins": [{"email": "ada@example.com"}]}),
    parse_step("GET /groups/{group}/admins"),
    parse_step("DELETE /groups/{group}/admins/ada@example.com"),
    parse_step("DELETE /groups/{group}"),
    parse_step("POST /roles", {"name": "Auditor"}),
    parse_step("GET /roles", role="roles.3.id"),
    parse_step("GET /roles/{role}"),
    parse_step("PATCH /roles/{role}", {"description": "Reads reports."}),
    parse_step("POST /roles/{role}/members", {"members": [{"email": "ben@example.com"}]}),
    parse_step("GET /roles/{role}/members"),
    parse_step("DELETE /roles/{role}/members/ben@example.com"),
    parse_step("DELETE /roles/{role}"),
    parse_step("POST /users/mia@example.com/assistants", {"assistants": [{"email": "ada@example.com"}]}),
    parse_step("GET /users/mia@example.com/assistants"),
    parse_step("GET /users/ada@example.com/schedulers"),
    parse_step("DELETE /users/mia@example.com/assistants/ada@example.com"),
    parse_step("POST /users/mia@example.com/assistants", {"assistants": [{"email": "ada@example.com"}]}),
    parse_step("DELETE /users/ada@example.com/schedulers/mia@example.com"),
    parse_step("DELETE /users/ada@example.com/schedulers"),
    parse_step("DELETE /users/mia@example.com/assistants"),
    parse_step("GET /users/me/zak"),
    parse_step("GET /users/me/token"),
    parse_step("DELETE /users/me/token"),
    parse_step("GET /users/me/permissions"),
    parse_step("GET /users/me/settings"),
    parse_step("PATCH /users/me/settings", {"in_meeting": {"chat": False}}),
    parse_step("GET /users/summary"),
    parse_step("GET /users/email", query={"email": "owner@example.com"}),
    parse_step("GET /users/vanity_name", query={"vanity_name": "olive"}),
    parse_step("PUT /users/ben@example.com/status", {"action": "deactivate"}),
    parse_step("PUT /users/ben@example.com/email", {"email": "benny@example.com"}),
    parse_step("PUT /users/benny@example.com/password", {"password": "Correct1horse"}),
]

_VIEWERS = "/meetings/85746065002/recordings/registrants"
RECORDINGS = [
    parse_step("GET /meetings/85746065002/recordings", file="recording_files.0.id"),
    parse_step("GET /meetings/85746065002/recordings/settings"),
    parse_step("PATCH /meetings/85746065002/recordings/settings", {"password": "Secret12!"}),
    parse_step("DELETE /meetings/85746065002/recordings/{file}"),
    parse_step("PUT /meetings/85746065002/recordings/{file}/status", {"action": "recover"}),
    parse_step("DELETE /meetings/85746065002/recordings"),
    parse_step("PUT /meetings/85746065002/recordings/status", {"action": "recover"}),
    parse_step("PATCH /meetings/85746065002/recordings/settings", {"approval_type": 1}),
    parse_step(f"PATCH {_VIEWERS}/questions", {"questions": [{"field_name": "city", "required": False}]}),
    parse_step(f"GET {_VIEWERS}/questions"),
    parse_step(f"POST {_VIEWERS}", {"email": "gus@guests.example.org", "first_name": "Gus"}, viewer="registrant_id"),
    parse_step(f"GET {_VIEWERS}", query={"status": "pending"}),
    parse_step(f"PUT {_VIEWERS}/status", {"action": "approve", "registrants": [{"id": "{viewer}"}]}),
    parse_step("GET /meetings/85746065002/recordings/analytics_summary"),
    parse_step("GET /meetings/85746065002/recordings/analytics_details"),
]

_IN = "/chat/users/me/channels/{channel}"
_OWN = "/chat/channels/{channel}"
_MESSAGE = "/chat/users/me/messages/{message}"
_GROUP = "/chat/channels/{channel}/mention_group/{group}"
_BOOKMARK = {"action": "add_bookmark", "to_channel": "{channel}"}
_PIN = {"method": "pin"}
_STAR = {"method": "star", "params": {"target_id": "{channel}", "target_type": "channel"}}
_MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
_NEEDLE = {"search_type": "by_channel_name", "keywords": ["news"]}
_ADA, _MIA = {"email": "ada@example.com"}, {"email": "mia@example.com"}
CHAT = [
    parse_step("POST /chat/users/me/channels", {"name": "News", "type": 3, "members": [_ADA]}, channel="id"),
    parse_step("GET /chat/channels"),
    *(parse_step(f"GET {path}") for path in (_IN, _OWN, f"{_IN}/members", f"{_OWN}/members", f"{_IN}/admins")),
    *(parse_step(f"PATCH {path}", {"name": "All news"}) for path in (_IN, _OWN)),
    parse_step(f"POST {_IN}/members", {"members": [_MIA]}),
    parse_step(f"DELETE {_IN}/members/mia@example.com"),
    parse_step(f"POST {_OWN}/members", {"members": [_MIA]}),
    parse_step(f"DELETE {_OWN}/members/mia@example.com"),
    parse_step(f"POST {_IN}/admins", {"admins": [_ADA]}),
    parse_step("POST /chat/users/me/messages", {"message": "Hello.", "to_channel": "{channel}"}, message="id"),
    parse_step("GET /chat/users/me/messages", query={"to_channel": "{channel}"}),
    parse_step(f"PUT {_MESSAGE}", {"message": "Hello!", "to_channel": "{channel}"}),
    parse_step(f"PATCH {_MESSAGE}/emoji_reactions", {"action": "add", "emoji": "U+1F600", "to_channel": "{channel}"}),
    parse_step(f"GET {_MESSAGE}", query={"to_channel": "{channel}"}),
    parse_step(f"GET {_MESSAGE}/thread", query={"to_channel": "{channel}", "from": "2026-03-01T00:00:00Z"}),
    parse_step(f"PATCH {_MESSAGE}/status", {"action": "unread", "to_channel": "{channel}"}),
    parse_step("PATCH /chat/messages/bookmarks", _BOOKMARK, query={"message_id": "{message}"}),
    parse_step("GET /chat/messages/bookmarks"),
    parse_step("PATCH /chat/channel/message/events", {**_PIN, "message_id": "{message}", "channel_id": "{channel}"}),
    parse_step(f"GET {_OWN}/pinned"),
    parse_step("PATCH /chat/users/me/events", _STAR),
    parse_step("GET /chat/users/me/sessions"),
    parse_step("GET /report/chat/sessions", query=_MARCH),
    parse_step("GET /report/chat/sessions/{channel}", query=_MARCH),
    parse_step("POST /chat/channels/search", {"needle": _NEEDLE, "haystack": "all"}),
    parse_step(
        f"POST {_OWN}/mention_group", {"mention_group_name": "Desk", "identifiers": []}, group="mention_group_id"
    ),
    parse_step(f"GET {_OWN}/mention_group"),
    parse_step(f"PATCH {_GROUP}", {"mention_group_name": "News desk"}),
    parse_step(f"POST {_GROUP}/members", {"identifiers": ["ada@example.com"]}),
    parse_step(f"GET {_GROUP}/members"),
    parse_step(f"DELETE {_GROUP}/members", query={"identifiers": "ada@example.com"}),
    parse_step(f"DELETE {_GROUP}"),
    _parse_upload("POST /chat/users/me/files", "file", file="id"),
    parse_step("GET /chat/files/{file}"),
    parse_step("DELETE /chat/files/{file}"),
    _parse_upload("POST /chat/users/me/messages/files", "files"),
    parse_step(f"DELETE {_MESSAGE}", query={"to_channel": "{channel}"}),
    parse_step(f"DELETE {_IN}/admins", query={"admin_ids": "ada@example.com", "user_ids": "ada@example.com"}),
    parse_step(f"DELETE {_IN}/members", query={"identifiers": "ada@example.com"}),
    parse_step(f"POST {_IN}/members", {"members": [_MIA]}),
    parse_step(f"DELETE {_OWN}/members", query={"member_ids": "mia@example.com", "user_ids": "mia@example.com"}),
    parse_step("PATCH /chat/channels/events", {"method": "archive", "channel_ids": ["{channel}"]}),
    parse_step(f"DELETE {_OWN}"),
    parse_step("POST /chat/users/me/channels", {"name": "Old news"}, channel="id"),
    parse_step("DELETE /chat/users/me/channels", query={"channel_ids": "{channel}"}),
    parse_step("POST /chat/users/ada@example.com/channels", {"name": "Open", "type": 3}, channel="id"),
    parse_step(f"POST {_OWN}/members/me"),
    parse_step(f"DELETE {_OWN}/members/me"),
    parse_step("DELETE /chat/users/ada@example.com/channels/{channel}"),
    parse_step("GET /chat/users/me/contacts"),
    parse_step("GET /chat/users/me/contacts/ada@example.com"),
]

PHONE = [
    parse_step("GET /phone/users"),
    parse_step("GET /phone/users/me"),
    parse_step("GET /phone/call_history", call="call_history.0.call_history_uuid"),
    parse_step("GET /phone/users/me/call_history"),
    parse_step("GET /phone/call_history/{call}"),
]

_POLL_AND_SURVEY_STEPS: list[tuple[str, str, dict[str, Any] | None, dict[str, str]]] = [
    ("POST", "polls", {"title": "Lunch", "questions": []}, {"poll": "id"}),
    ("GET", "polls", None, {}),
    ("GET", "polls/{poll}", None, {}),
    ("PUT", "polls/{poll}", {"title": "Dinner"}, {}),
    ("DELETE", "polls/{poll}", None, {}),
    ("PATCH", "survey", {"show_in_the_browser": False}, {}),
    ("GET", "survey", None, {}),
    ("DELETE", "survey", None, {}),
]
SCHEDULED: list[Step] = [
    parse_step("POST /users/me/meetings", {"settings": {"approval_type": 0}}, meeting="id"),
    parse_step("POST /users/me/webinars", {"settings": {"approval_type": 0}}, webinar="id"),
    parse_step("GET /meetings/{meeting}/registrants/questions"),
    parse_step(
        "PATCH /meetings/{meeting}/registrants/questions", {"questions": [{"field_name": "city", "required": True}]}
    ),
    parse_step(
        "POST /meetings/{meeting}/batch_registrants", {"registrants": [{"email": "a@x.org", "first_name": "A"}]}
    ),
    parse_step("GET /webinars/{webinar}/registrants/questions"),
    parse_step(
        "PATCH /webinars/{webinar}/registrants/questions", {"questions": [{"field_name": "city", "required": True}]}
    ),
    parse_step(
        "POST /webinars/{webinar}/batch_registrants", {"registrants": [{"email": "a@x.org", "first_name": "A"}]}
    ),
    parse_step("POST /users/me/meeting_templates", {"meeting_id": "{meeting}", "name": "Weekly"}),
    parse_step("GET /users/me/meeting_templates"),
    parse_step("POST /users/me/webinar_templates", {"webinar_id": "{webinar}", "name": "Launch"}),
    parse_step("GET /users/me/webinar_templates"),
    parse_step("POST /webinars/{webinar}/panelists", {"panelists": [{"email": "sue@x.org", "name": "Sue"}]}),
    parse_step("GET /webinars/{webinar}/panelists", panelist="panelists.0.id"),
    parse_step("DELETE /webinars/{webinar}/panelists/{panelist}"),
    parse_step("DELETE /webinars/{webinar}/panelists"),
    *(
        (method, f"/{kind}s/{{{kind}}}/{path}", {"json": body}, stored)
        for kind in ("meeting", "webinar")
        for method, path, body, stored in _POLL_AND_SURVEY_STEPS
    ),
    parse_step("GET /users/me/upcoming_meetings"),
    parse_step("POST /tracking_fields", {"field": "Cost centre"}, field="id"),
    parse_step("GET /tracking_fields"),
    parse_step("GET /tracking_fields/{field}"),
    parse_step("PATCH /tracking_fields/{field}", {"required": True}),
    parse_step("DELETE /tracking_fields/{field}"),
]

_KINDS = ("meeting", "webinar")
_MARCH_SO_FAR = {"from": "2026-03-01", "to": "2026-03-10"}
# After a meeting `{meeting}` and a webinar `{webinar}` were started and recorded.
PAST = [
    parse_step("PATCH /live_meetings/{meeting}/events", {"method": "ai_companion.start"}),
    parse_step("PUT /meetings/{meeting}/status", {"action": "end"}),
    parse_step("PUT /webinars/{webinar}/status", {"action": "end"}),
    parse_step("GET /past_meetings/{meeting}/instances"),
    parse_step("GET /past_webinars/{webinar}/instances"),
    parse_step("GET /past_webinars/{webinar}/absentees"),
    parse_step("GET /meetings/{meeting}/transcript"),
    parse_step("DELETE /meetings/{meeting}/transcript"),
    parse_step("GET /meetings/meeting_summaries"),
    parse_step("DELETE /meetings/{meeting}/meeting_summary"),
    parse_step("GET /report/users", query={"from": "2026-03-01", "to": "2026-03-10"}),
    parse_step("GET /report/users/me/meetings", query={"from": "2026-03-01", "to": "2026-03-10"}),
    parse_step("GET /report/meetings/{meeting}"),
    parse_step("GET /report/meetings/{meeting}/participants"),
    parse_step("GET /report/webinars/{webinar}"),
    parse_step("GET /report/webinars/{webinar}/participants"),
    *(parse_step(f"GET /report/{kind}s/{{{kind}}}/{what}") for kind in _KINDS for what in ("polls", "qa", "survey")),
    *(parse_step(f"GET /report/{what}", query=_MARCH_SO_FAR) for what in ("cloud_recording", "history_meetings")),
    parse_step("GET /report/upcoming_events", query={"from": "2026-03-10", "to": "2026-03-31"}),
]


def run_steps(client: httpx.Client, steps: list[Step], **stored: Any) -> dict[str, Any]:
    """Send the requests, each of which has to succeed.

    Return all stored values, with those passed in.
    """
    for method, path, request_args, names in steps:
        answer = client.request(method, path.format(**stored), **_fill(request_args, stored))
        assert answer.is_success, (method, path, answer.text)
        for name, value_path in names.items():
            stored[name] = _get_value(answer.json(), value_path)
    return stored


def _fill(value: Any, stored: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return stored[value[1:-1]] if value[:1] + value[-1:] == "{}" else value
    if isinstance(value, dict):
        return {name: _fill(part, stored) for name, part in value.items()}
    return [_fill(part, stored) for part in value] if isinstance(value, list) else value


def _get_value(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value
