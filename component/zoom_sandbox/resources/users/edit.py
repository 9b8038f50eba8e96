"""Parse what the body of a request changes about a user."""

from __future__ import annotations

import re
from typing import Any

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.users import rules
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema
from zoom_sandbox.times import find_time_zone

_ATTRIBUTES = ("first_name", "last_name", "type", "timezone")
# Fields that requests and responses have under the same name.
_STORED_FIELDS = (
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
_TRANSFER_PREFIX = "transfer_"
# https://developers.zoom.us/docs/api/users/#tag/users/put/users/{userId}/password (1124 to 1128)
_PASSWORD_RULES = (
    (re.compile(r".{8,31}", re.DOTALL), "users.passwordLengthInvalid"),
    (re.compile(r".*[A-Za-z].*", re.DOTALL), "users.passwordWithoutLetter"),
    (re.compile(r".*[0-9].*", re.DOTALL), "users.passwordWithoutDigit"),
    (re.compile(r"(?=.*[A-Z]).*[a-z].*", re.DOTALL), "users.passwordInOneCase"),
)


def update_user_fields(users: Users, user: User, body: Payload) -> None:
    """Update the fields that the body has. Raises ApiError for invalid ones.

    A pending user keeps all fields, and the request succeeds all the same:
    https://documentation.sailpoint.com/connectors/identityiq/zoom/help/integrating_zoom/zoom_api_behavior.html
    """
    _check_zone(body)
    rules.check_profile(users, user, body)
    if user.status == "pending":
        return
    if "pmi" in body:
        users.claim_pmi(user, body["pmi"])
    for name in _ATTRIBUTES:
        if name in body:
            setattr(user, name, body[name])
    user.extra_fields = {**(user.extra_fields or {}), **parse_stored_fields(body)}
    if user.extra_fields.get("plan_united_type") == "none":
        del user.extra_fields["plan_united_type"]


def parse_stored_fields(body: Payload) -> dict[str, Any]:
    """Return the fields of a body as responses show them."""
    schema = response_schema("GET", "/users/{userId}")
    fields = {
        name: drop_unknown_fields(body[name], schema["properties"][name]) for name in _STORED_FIELDS if name in body
    }
    if "phone_numbers" in body:
        fields["phone_numbers"] = [
            {**drop_unknown_fields(number, schema["properties"]["phone_numbers"]["items"]), "verified": False}
            for number in body["phone_numbers"]
        ]
    if "group_id" in body:
        fields["group_ids"] = [body["group_id"]]
    if "vanity_name" in body:
        fields["vanity_url"] = rules.build_vanity_url(body["vanity_name"])
    if "host_key" in body:
        fields["host_key"] = body["host_key"]
    return fields


def find_heirs(call: OperationCall, users: Users, user: User) -> dict[str, User]:
    """Return who takes over what (`meeting`, `webinar`, `recording`); empty without a transfer."""
    kinds = [
        name.removeprefix(_TRANSFER_PREFIX)
        for name, value in call.query.items()
        if name.startswith(_TRANSFER_PREFIX) and value is True
    ]
    email = call.query.get("transfer_email", "")
    if not email:
        if kinds:
            raise api_error("users.transferEmailMissing")
        return {}
    heir = users.find(email)
    if heir is None or heir is user or heir.status != "active":
        raise api_error("users.transferEmailInvalid")
    return dict.fromkeys(kinds, heir)


def check_password(text: str) -> None:
    """Raise ApiError with the first rule that a password breaks."""
    for rule, error in _PASSWORD_RULES:
        if not rule.fullmatch(text):
            raise api_error(error)


def check_initial_password(text: str) -> None:
    """Raise ApiError (400/300) for the password of a new user that breaks a rule.

    https://developers.zoom.us/docs/api/users/#tag/users/post/users (300)
    """
    if not all(rule.fullmatch(text) for rule, _ in _PASSWORD_RULES):
        raise api_error("users.passwordInvalid")


def _check_zone(body: Payload) -> None:
    try:
        find_time_zone(body.get("timezone", "UTC"))
    except ValueError as problem:
        raise api_error("users.timeZoneInvalid") from problem
