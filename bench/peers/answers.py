"""Build the answers of the stand-in for Zoom: complete HTTP responses, prepared once."""

from __future__ import annotations

import json
from typing import Any

USERS, PAGE_SIZE = 30_000, 300
MEETING_ID = 85_746_065_432
BASE_PATH = b"/v2"
_REASONS = {200: b"OK", 201: b"Created", 404: b"Not Found"}


def build_response(status: int, document: Any) -> bytes:
    """Return a whole HTTP response whose body is the document as JSON."""
    body = json.dumps(document, separators=(",", ":")).encode()
    return (
        b"HTTP/1.1 %d %b\r\ncontent-type: application/json;charset=UTF-8\r\ncontent-length: %d\r\n"
        b"x-zm-trackingid: v=2.0;clid=us06;rid=WEB_7fb0c3b1a7d1\r\n\r\n" % (status, _REASONS[status], len(body))
    ) + body


def build_meeting() -> dict[str, Any]:
    """Return a meeting as Zoom answers createMeeting and getMeeting."""
    return {
        "uuid": "4444AAAiAAAAAiAiAiiAii==",
        "id": MEETING_ID,
        "host_id": "x1yCzABCDEfg23HiJKl4mN",
        "host_email": "owner@example.com",
        "topic": "Daily Meeting",
        "type": 2,
        "status": "waiting",
        "start_time": "2030-03-04T08:30:00Z",
        "duration": 30,
        "timezone": "Europe/Berlin",
        "agenda": "",
        "created_at": "2026-03-01T10:00:00Z",
        "start_url": f"https://us06web.example.com/s/{MEETING_ID}?zak=eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9",
        "join_url": f"https://us06web.example.com/j/{MEETING_ID}?pwd=dGhpcyBpcyBub3QgYSBwYXNz",
        "password": "a1B2c3",
        "h323_password": "123456",
        "pstn_password": "123456",
        "encrypted_password": "dGhpcyBpcyBub3QgYSBwYXNz",
        "settings": _build_settings(),
        "pre_schedule": False,
    }


def _build_settings() -> dict[str, Any]:
    off = (
        "host_video participant_video cn_meeting in_meeting mute_upon_entry watermark use_pmi enforce_login "
        "close_registration show_share_button allow_multiple_devices meeting_authentication "
        "request_permission_to_unmute_participants show_join_info device_testing focus_mode "
        "enable_dedicated_group_chat email_notification host_save_video_order "
        "alternative_host_update_polls internal_meeting push_change_to_calendar auto_start_meeting_summary"
    )
    return {
        **dict.fromkeys(off.split(), False),
        "join_before_host": True,
        "jbh_time": 0,
        "waiting_room": True,
        "approval_type": 2,
        "registration_type": 1,
        "audio": "both",
        "auto_recording": "none",
        "enforce_login_domains": "",
        "alternative_hosts": "",
        "registrants_confirmation_email": True,
        "registrants_email_notification": True,
        "global_dial_in_countries": ["US", "DE"],
        "global_dial_in_numbers": [
            {"country_name": "US", "city": "New York", "number": "+1 5550100", "type": "toll", "country": "US"},
            {"country_name": "Germany", "number": "+49 5550101", "type": "toll", "country": "DE"},
        ],
        "approved_or_denied_countries_or_regions": {"enable": False},
        "breakout_room": {"enable": False},
        "encryption_type": "enhanced_encryption",
        "participant_focused_meeting": False,
        "continuous_meeting_chat": {"enable": False, "channel_id": ""},
    }


def build_user(number: int) -> dict[str, Any]:
    """Return a user as Zoom lists it; a number makes one user."""
    return {
        "id": f"u{number:021d}",
        "first_name": f"First{number}",
        "last_name": f"Last{number}",
        "display_name": f"First{number} Last{number}",
        "email": f"user{number}@example.com",
        "type": 2,
        "pmi": 5_000_000_000 + number,
        "timezone": "America/New_York",
        "verified": 1,
        "dept": f"Department {number % 40}",
        "created_at": "2024-05-17T08:12:44Z",
        "last_login_time": "2026-02-27T15:03:21Z",
        "last_client_version": "6.3.6.5271(mac)",
        "pic_url": f"https://us06web.example.com/p/v2/{number}",
        "language": "en-US",
        "phone_number": "",
        "status": "active",
        "role_id": "2",
        "user_created_at": "2024-05-17T08:12:44Z",
    }


def build_page(number: int, users: int = USERS) -> dict[str, Any]:
    """Return one page of the list of users; the first has the number 1, and the last has no token."""
    pages = -(-users // PAGE_SIZE)
    first = (number - 1) * PAGE_SIZE
    return {
        "page_count": pages,
        "page_number": number,
        "page_size": PAGE_SIZE,
        "total_records": users,
        "next_page_token": f"page{number + 1:05d}" if number < pages else "",
        "users": [build_user(index) for index in range(first, min(first + PAGE_SIZE, users))],
    }


class PreparedAnswers:
    """Hold every response of the stand-in as bytes, found by method and target."""

    def __init__(self, users: int = USERS) -> None:
        pages = -(-users // PAGE_SIZE)
        self._pages = {
            b"page%05d" % number: build_response(200, build_page(number, users)) for number in range(1, pages + 1)
        }
        self._first = self._pages[b"page00001"]
        self._created = build_response(201, build_meeting())
        self._meeting = build_response(200, build_meeting())
        token = {
            "access_token": "bench-token",
            "token_type": "bearer",
            "expires_in": 3599,
            "scope": "meeting:write user:read",
        }
        self._token = build_response(200, {**token, "api_url": "https://api.zoom.us"})
        self._missing = build_response(404, {"code": 300, "message": "This operation is not one of the bench"})

    def find(self, method: bytes, target: bytes) -> bytes:
        """Return the response for a request; a list goes on with the page that its token names."""
        if method == b"POST":
            if target.startswith(b"/oauth/token"):
                return self._token
            return self._created if target == b"/v2/users/me/meetings" else self._missing
        if target.startswith(b"/v2/meetings/"):
            return self._meeting
        if target.startswith(b"/v2/users"):
            return self._find_page(target)
        return self._missing

    def _find_page(self, target: bytes) -> bytes:
        token = target.partition(b"next_page_token=")[2].partition(b"&")[0]
        return self._pages.get(token, self._missing) if token else self._first
