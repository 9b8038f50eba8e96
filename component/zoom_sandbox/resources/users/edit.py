"""What a request's body says about a user: what is kept of it, what it changes, and who takes over from whom."""

from __future__ import annotations

import re
from typing import Any

from zoom_sandbox.plays import Call, Payload
from zoom_sandbox.resources.users import faults
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.shapes import answer_schema, fitting
from zoom_sandbox.times import known_zone

_OWN = ("first_name", "last_name", "type", "timezone")
# What an update takes and an answer gives back under the same name.
_KEPT = (
    "cms_user_id",
    "company",
    "cost_center",
    "custom_attributes",
    "dept",
    "display_name",
    "division_ids",
    "job_title",
    "language",
    "license_info_list",
    "location",
    "manager",
    "phone_country",
    "phone_number",
    "plan_united_type",
    "pronouns",
    "pronouns_option",
    "use_pmi",
    "zoom_one_type",
)
_TRANSFER = "transfer_"
_LONGEST_PASSWORD = 31
_PASSWORD_RULES = (
    (re.compile(r".{8,31}", re.DOTALL), f"8 to {_LONGEST_PASSWORD} characters are expected."),
    (re.compile(r".*[A-Za-z].*", re.DOTALL), "At least one letter is expected."),
    (re.compile(r".*[0-9].*", re.DOTALL), "At least one digit is expected."),
)


def change(users: Users, user: User, body: Payload) -> None:
    """Change what is given, and nothing else. Refuses a time zone or a personal meeting number that cannot be."""
    _check_zone(body)
    if "pmi" in body:
        users.claim_pmi(user, body["pmi"])
    for name in _OWN:
        if name in body:
            setattr(user, name, body[name])
    user.more = {**(user.more or {}), **kept(body)}
    if user.more.get("plan_united_type") == "none":
        del user.more["plan_united_type"]


def kept(body: Payload) -> dict[str, Any]:
    """The fields of an update as an answer shows them."""
    shown = answer_schema("GET", "/users/{userId}")
    kept = {name: fitting(body[name], shown["properties"][name]) for name in _KEPT if name in body}
    if "phone_numbers" in body:
        kept["phone_numbers"] = [
            {**fitting(number, shown["properties"]["phone_numbers"]["items"]), "verified": False}
            for number in body["phone_numbers"]
        ]
    if "group_id" in body:
        kept["group_ids"] = [body["group_id"]]
    if "vanity_name" in body:
        kept["vanity_url"] = f"https://zoom.us/my/{body['vanity_name']}"
    if "host_key" in body:
        kept["host_key"] = body["host_key"]
    return kept


def heirs(call: Call, users: Users, user: User) -> dict[str, User]:
    """Who takes over what: empty unless a transfer is asked for."""
    things = [
        name.removeprefix(_TRANSFER)
        for name, asked in call.query.items()
        if name.startswith(_TRANSFER) and asked is True
    ]
    email = call.query.get("transfer_email", "")
    if not email:
        if things:
            raise faults.no_heir()
        return {}
    heir = users.find(email)
    if heir is None or heir is user or heir.status != "active":
        raise faults.bad_heir()
    return dict.fromkeys(things, heir)


def check_password(text: str) -> None:
    """Refuse a passcode to sign in with that breaks a rule, by the first that it breaks."""
    for rule, sentence in _PASSWORD_RULES:
        if not rule.fullmatch(text):
            raise faults.bad_password(sentence)


def _check_zone(body: Payload) -> None:
    try:
        known_zone(body.get("timezone", "UTC"))
    except ValueError as problem:
        raise faults.bad_zone() from problem
