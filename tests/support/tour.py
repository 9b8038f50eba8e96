"""A walk through an account that calls every operation which the embedded Zoom plays at least once.

A step is a method, a path, what the call carries, and under which names parts of the answer are kept for later paths
and bodies: `{group}` in a text is the value kept as `group`.
"""

from __future__ import annotations

from typing import Any

import httpx

Step = tuple[str, str, dict[str, Any], dict[str, str]]


def step(line: str, body: Any = None, *, query: dict[str, Any] | None = None, **kept: str) -> Step:
    """A step from `METHOD /path`; each of `kept` is a name and the dotted path of a value in the answer."""
    method, path = line.split(" ", 1)
    return method, path, {"json": body, "params": query}, kept


def _uploaded(line: str, field: str, **kept: str) -> Step:
    """A step that brings a file, and says that it goes to Ada."""
    method, path = line.split(" ", 1)
    return method, path, {"files": {field: ("notes.txt", b"Notes.")}, "data": {"to_contact": "ada@example.com"}}, kept


PEOPLE = [
    step("POST /groups", {"name": "Design"}, group="id"),
    step("POST /groups", {"name": "Sales"}, other="id"),
    step("PATCH /groups/{group}", {"name": "Product Design"}),
    step("GET /groups"),
    step("GET /groups/{group}"),
    step("POST /groups/{group}/members", {"members": [{"email": "mia@example.com"}, {"email": "ben@example.com"}]}),
    step("GET /groups/{group}/members"),
    step("PATCH /groups/{group}/members/mia@example.com", {"action": "move", "target_group_id": "{other}"}),
    step("DELETE /groups/{group}/members/ben@example.com"),
    step("POST /groups/{group}/admins", {"admins": [{"email": "ada@example.com"}]}),
    step("GET /groups/{group}/admins"),
    step("DELETE /groups/{group}/admins/ada@example.com"),
    step("DELETE /groups/{group}"),
    step("POST /roles", {"name": "Auditor"}),
    step("GET /roles", role="roles.3.id"),
    step("GET /roles/{role}"),
    step("PATCH /roles/{role}", {"description": "Reads reports."}),
    step("POST /roles/{role}/members", {"members": [{"email": "ben@example.com"}]}),
    step("GET /roles/{role}/members"),
    step("DELETE /roles/{role}/members/ben@example.com"),
    step("DELETE /roles/{role}"),
    step("POST /users/mia@example.com/assistants", {"assistants": [{"email": "ada@example.com"}]}),
    step("GET /users/mia@example.com/assistants"),
    step("GET /users/ada@example.com/schedulers"),
    step("DELETE /users/mia@example.com/assistants/ada@example.com"),
    step("POST /users/mia@example.com/assistants", {"assistants": [{"email": "ada@example.com"}]}),
    step("DELETE /users/ada@example.com/schedulers/mia@example.com"),
    step("DELETE /users/ada@example.com/schedulers"),
    step("DELETE /users/mia@example.com/assistants"),
    step("GET /users/me/zak"),
    step("GET /users/me/token"),
    step("DELETE /users/me/token"),
    step("GET /users/me/permissions"),
    step("GET /users/me/settings"),
    step("PATCH /users/me/settings", {"in_meeting": {"chat": False}}),
    step("GET /users/summary"),
    step("GET /users/email", query={"email": "owner@example.com"}),
    step("GET /users/vanity_name", query={"vanity_name": "olive"}),
    step("PUT /users/ben@example.com/status", {"action": "deactivate"}),
    step("PUT /users/ben@example.com/email", {"email": "benny@example.com"}),
    step("PUT /users/benny@example.com/password", {"password": "Correct1horse"}),
]

_VIEWERS = "/meetings/85746065002/recordings/registrants"
RECORDINGS = [
    step("GET /meetings/85746065002/recordings", file="recording_files.0.id"),
    step("GET /meetings/85746065002/recordings/settings"),
    step("PATCH /meetings/85746065002/recordings/settings", {"password": "Secret12!"}),
    step("DELETE /meetings/85746065002/recordings/{file}"),
    step("PUT /meetings/85746065002/recordings/{file}/status", {"action": "recover"}),
    step("DELETE /meetings/85746065002/recordings"),
    step("PUT /meetings/85746065002/recordings/status", {"action": "recover"}),
    step("PATCH /meetings/85746065002/recordings/settings", {"approval_type": 1}),
    step(f"PATCH {_VIEWERS}/questions", {"questions": [{"field_name": "city", "required": False}]}),
    step(f"GET {_VIEWERS}/questions"),
    step(f"POST {_VIEWERS}", {"email": "gus@guests.example.org", "first_name": "Gus"}, viewer="registrant_id"),
    step(f"GET {_VIEWERS}", query={"status": "pending"}),
    step(f"PUT {_VIEWERS}/status", {"action": "approve", "registrants": [{"id": "{viewer}"}]}),
    step("GET /meetings/85746065002/recordings/analytics_summary"),
    step("GET /meetings/85746065002/recordings/analytics_details"),
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
    step("POST /chat/users/me/channels", {"name": "News", "type": 3, "members": [_ADA]}, channel="id"),
    step("GET /chat/channels"),
    *(step(f"GET {path}") for path in (_IN, _OWN, f"{_IN}/members", f"{_OWN}/members", f"{_IN}/admins")),
    *(step(f"PATCH {path}", {"name": "All news"}) for path in (_IN, _OWN)),
    step(f"POST {_IN}/members", {"members": [_MIA]}),
    step(f"DELETE {_IN}/members/mia@example.com"),
    step(f"POST {_OWN}/members", {"members": [_MIA]}),
    step(f"DELETE {_OWN}/members/mia@example.com"),
    step(f"POST {_IN}/admins", {"admins": [_ADA]}),
    step("POST /chat/users/me/messages", {"message": "Hello.", "to_channel": "{channel}"}, message="id"),
    step("GET /chat/users/me/messages", query={"to_channel": "{channel}"}),
    step(f"PUT {_MESSAGE}", {"message": "Hello!", "to_channel": "{channel}"}),
    step(f"PATCH {_MESSAGE}/emoji_reactions", {"action": "add", "emoji": "U+1F600", "to_channel": "{channel}"}),
    step(f"GET {_MESSAGE}", query={"to_channel": "{channel}"}),
    step(f"GET {_MESSAGE}/thread", query={"to_channel": "{channel}", "from": "2026-03-01T00:00:00Z"}),
    step(f"PATCH {_MESSAGE}/status", {"action": "unread", "to_channel": "{channel}"}),
    step("PATCH /chat/messages/bookmarks", _BOOKMARK, query={"message_id": "{message}"}),
    step("GET /chat/messages/bookmarks"),
    step("PATCH /chat/channel/message/events", {**_PIN, "message_id": "{message}", "channel_id": "{channel}"}),
    step(f"GET {_OWN}/pinned"),
    step("PATCH /chat/users/me/events", _STAR),
    step("GET /chat/users/me/sessions"),
    step("GET /report/chat/sessions", query=_MARCH),
    step("GET /report/chat/sessions/{channel}", query=_MARCH),
    step("POST /chat/channels/search", {"needle": _NEEDLE, "haystack": "all"}),
    step(f"POST {_OWN}/mention_group", {"mention_group_name": "Desk", "identifiers": []}, group="mention_group_id"),
    step(f"GET {_OWN}/mention_group"),
    step(f"PATCH {_GROUP}", {"mention_group_name": "News desk"}),
    step(f"POST {_GROUP}/members", {"identifiers": ["ada@example.com"]}),
    step(f"GET {_GROUP}/members"),
    step(f"DELETE {_GROUP}/members", query={"identifiers": "ada@example.com"}),
    step(f"DELETE {_GROUP}"),
    _uploaded("POST /chat/users/me/files", "file", file="id"),
    step("GET /chat/files/{file}"),
    step("DELETE /chat/files/{file}"),
    _uploaded("POST /chat/users/me/messages/files", "files"),
    step(f"DELETE {_MESSAGE}", query={"to_channel": "{channel}"}),
    step(f"DELETE {_IN}/admins", query={"admin_ids": "ada@example.com", "user_ids": "ada@example.com"}),
    step(f"DELETE {_IN}/members", query={"identifiers": "ada@example.com"}),
    step(f"POST {_IN}/members", {"members": [_MIA]}),
    step(f"DELETE {_OWN}/members", query={"member_ids": "mia@example.com", "user_ids": "mia@example.com"}),
    step("PATCH /chat/channels/events", {"method": "archive", "channel_ids": ["{channel}"]}),
    step(f"DELETE {_OWN}"),
    step("POST /chat/users/me/channels", {"name": "Old news"}, channel="id"),
    step("DELETE /chat/users/me/channels", query={"channel_ids": "{channel}"}),
    step("POST /chat/users/ada@example.com/channels", {"name": "Open", "type": 3}, channel="id"),
    step(f"POST {_OWN}/members/me"),
    step(f"DELETE {_OWN}/members/me"),
    step("DELETE /chat/users/ada@example.com/channels/{channel}"),
    step("GET /chat/users/me/contacts"),
    step("GET /chat/users/me/contacts/ada@example.com"),
]

PHONE = [
    step("GET /phone/users"),
    step("GET /phone/users/me"),
    step("GET /phone/call_history", call="call_history.0.call_history_uuid"),
    step("GET /phone/users/me/call_history"),
    step("GET /phone/call_history/{call}"),
]

_ASKED: list[tuple[str, str, dict[str, Any] | None, dict[str, str]]] = [
    ("POST", "polls", {"title": "Lunch", "questions": []}, {"poll": "id"}),
    ("GET", "polls", None, {}),
    ("GET", "polls/{poll}", None, {}),
    ("PUT", "polls/{poll}", {"title": "Dinner"}, {}),
    ("DELETE", "polls/{poll}", None, {}),
    ("PATCH", "survey", {"show_in_the_browser": False}, {}),
    ("GET", "survey", None, {}),
    ("DELETE", "survey", None, {}),
]
PLANNED: list[Step] = [
    step("POST /users/me/meetings", {"settings": {"approval_type": 0}}, meeting="id"),
    step("POST /users/me/webinars", {"settings": {"approval_type": 0}}, webinar="id"),
    step("GET /meetings/{meeting}/registrants/questions"),
    step("PATCH /meetings/{meeting}/registrants/questions", {"questions": [{"field_name": "city", "required": True}]}),
    step("POST /meetings/{meeting}/batch_registrants", {"registrants": [{"email": "a@x.org", "first_name": "A"}]}),
    step("GET /webinars/{webinar}/registrants/questions"),
    step("PATCH /webinars/{webinar}/registrants/questions", {"questions": [{"field_name": "city", "required": True}]}),
    step("POST /webinars/{webinar}/batch_registrants", {"registrants": [{"email": "a@x.org", "first_name": "A"}]}),
    step("POST /users/me/meeting_templates", {"meeting_id": "{meeting}", "name": "Weekly"}),
    step("GET /users/me/meeting_templates"),
    step("POST /users/me/webinar_templates", {"webinar_id": "{webinar}", "name": "Launch"}),
    step("GET /users/me/webinar_templates"),
    step("POST /webinars/{webinar}/panelists", {"panelists": [{"email": "sue@x.org", "name": "Sue"}]}),
    step("GET /webinars/{webinar}/panelists", panelist="panelists.0.id"),
    step("DELETE /webinars/{webinar}/panelists/{panelist}"),
    step("DELETE /webinars/{webinar}/panelists"),
    *(
        (method, f"/{kind}s/{{{kind}}}/{path}", {"json": body}, kept)
        for kind in ("meeting", "webinar")
        for method, path, body, kept in _ASKED
    ),
    step("GET /users/me/upcoming_meetings"),
    step("POST /tracking_fields", {"field": "Cost centre"}, field="id"),
    step("GET /tracking_fields"),
    step("GET /tracking_fields/{field}"),
    step("PATCH /tracking_fields/{field}", {"required": True}),
    step("DELETE /tracking_fields/{field}"),
]

_KINDS = ("meeting", "webinar")
_MARCH_SO_FAR = {"from": "2026-03-01", "to": "2026-03-10"}
# After a meeting `{meeting}` and a webinar `{webinar}` were started and recorded.
HELD = [
    step("PATCH /live_meetings/{meeting}/events", {"method": "ai_companion.start"}),
    step("PUT /meetings/{meeting}/status", {"action": "end"}),
    step("PUT /webinars/{webinar}/status", {"action": "end"}),
    step("GET /past_meetings/{meeting}/instances"),
    step("GET /past_webinars/{webinar}/instances"),
    step("GET /past_webinars/{webinar}/absentees"),
    step("GET /meetings/{meeting}/transcript"),
    step("DELETE /meetings/{meeting}/transcript"),
    step("GET /meetings/meeting_summaries"),
    step("DELETE /meetings/{meeting}/meeting_summary"),
    step("GET /report/users", query={"from": "2026-03-01", "to": "2026-03-10"}),
    step("GET /report/users/me/meetings", query={"from": "2026-03-01", "to": "2026-03-10"}),
    step("GET /report/meetings/{meeting}"),
    step("GET /report/meetings/{meeting}/participants"),
    step("GET /report/webinars/{webinar}"),
    step("GET /report/webinars/{webinar}/participants"),
    *(step(f"GET /report/{kind}s/{{{kind}}}/{what}") for kind in _KINDS for what in ("polls", "qa", "survey")),
    *(step(f"GET /report/{what}", query=_MARCH_SO_FAR) for what in ("cloud_recording", "history_meetings")),
    step("GET /report/upcoming_events", query={"from": "2026-03-10", "to": "2026-03-31"}),
]


def tour(client: httpx.Client, steps: list[Step], **kept: Any) -> dict[str, Any]:
    """Walk the steps; each has to succeed. Returns what was kept, what it began with included."""
    for method, path, carried, names in steps:
        answer = client.request(method, path.format(**kept), **_filled(carried, kept))
        assert answer.is_success, (method, path, answer.text)
        for name, where in names.items():
            kept[name] = _at(answer.json(), where)
    return kept


def _filled(value: Any, kept: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return kept[value[1:-1]] if value[:1] + value[-1:] == "{}" else value
    if isinstance(value, dict):
        return {name: _filled(part, kept) for name, part in value.items()}
    return [_filled(part, kept) for part in value] if isinstance(value, list) else value


def _at(value: Any, where: str) -> Any:
    for word in where.split("."):
        value = value[int(word)] if isinstance(value, list) else value[word]
    return value
