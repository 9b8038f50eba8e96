"""What each value of a closed list means, as data: by word, then by value."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["VALUES"]

VALUES: Mapping[str, Mapping[str, str]] = {
    "today": {
        "year": "the year, as 2026",
        "month": "the month, from 1 to 12",
        "day": "the day, as 2026-05-17",
    },
    "missing": {
        "fails": "a failure, as any other",
        "waits": "there is nothing yet, and nothing to tell of",
    },
    "tells": {
        "names": "a list of the fields that changed, as settings.waiting_room",
        "values": "an object: each field that changed, with its old and its new value",
        "items": "a list of the items that changed, by what tells them apart",
    },
    "effect": {
        "read": "changes nothing; defaults apply",
        "create": "makes something; defaults apply",
        "update": "changes something; sends what is given, defaults never",
        "delete": "takes something away; sends what is given, defaults never",
        "any": "the caller decides, as with a raw request",
    },
    "grant": {
        "authorization_code": "a person allows the app on a consent page; tokens are refreshed",
        "account_credentials": "the app acts for its own account, without a person",
    },
    "type": {
        "string": "one line of text; numbers are typed as text too",
        "text": "several lines of text",
        "password": "text that no screen shows",
        "boolean": "a switch; a call may give true, false, yes, no, on, off, 1 or 0",
        "code": "JSON in an editor",
        "data": "a file or its content",
        "date": "a day",
        "timestamp": "a day and a time",
        "connection": "the connection that the action runs over",
        "template": "text with `{{#key}}` in it, for connections only",
    },
    "sends": {
        "string": "text",
        "integer": "a whole number of any size",
        "number": "a number",
        "boolean": "true or false",
        "json": "any JSON value",
        "object": "a JSON object",
        "list": "a JSON list",
        "strings": "a list of texts; values joined by commas are split",
        "commas": "one text, its values joined by commas; a list is joined",
        "pairs": "an object made of key and value pairs",
        "anything": "whatever comes, as it comes",
    },
    "format": {
        "country": "a country code of two letters",
        "date": "a day, as 2026-05-17",
        "date-or-time": "a day, or a day and a time",
        "date-time": "a day and a time: with Z, with an offset, or local to `zone`",
        "email": "an e-mail address",
        "id": "an id; escaped wherever it goes",
        "instant": "a day and a time that come to one instant, sent in UTC with Z",
        "meeting": "a meeting or webinar number, also spaced, a join link, or a UUID",
        "time-zone": "a time zone name, as Europe/Berlin",
        "url": "a web address",
        "year-month": "a month, as 2026-05",
    },
}
