"""The operations of users. https://developers.zoom.us/docs/api/users/"""

from __future__ import annotations

from typing import Any

from zoom_component.sandbox.pages import by_number, page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.resources.users import announced
from zoom_component.sandbox.resources.users.roles import Roles
from zoom_component.sandbox.resources.users.state import (
    HAND_OVERS,
    User,
    Users,
    free_email,
)
from zoom_component.sandbox.shapes import answer_schema, fitting
from zoom_component.sandbox.times import known_zone

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
_LISTED = ("dept", "division_ids", "group_ids", "license_info_list", "plan_united_type")
_TRANSFER = "transfer_"


@plays("GET", "/users")
def list_users(call: Call) -> Payload:
    """Users of a status, by pages."""
    found = call.world.part(Users).listing(call.query["status"], call.query.get("role_id", ""))
    wanted = call.query.get("include_fields", "")
    return page(call, found, by_number, lambda user: _row(user, wanted))


@plays("POST", "/users")
def create_user(call: Call) -> Payload:
    """A new user: invited (pending) with `create`, active at once with the other actions."""
    info = call.body.get("user_info")
    if info is None:
        raise invalid(("user_info", "This field is required."))
    if "@" not in info["email"].strip("@"):
        raise invalid(("user_info.email", "The value must be a valid email."))
    users = call.world.part(Users)
    free_email(call, users, info["email"])
    own = {name: info[name] for name in ("first_name", "last_name", "type") if name in info}
    status = "pending" if call.body["action"] == "create" else "active"
    user = users.add(info["email"], status=status, more=_kept(info), **own)
    announced.user_created(call, user, call.body["action"])
    return user.brief()


@plays("GET", "/users/{userId}")
def get_user(call: Call) -> Payload:
    """One user in full."""
    user = call.world.part(Users).get(call)
    more = {name: value for name, value in (user.more or {}).items() if name != "host_key"}
    return {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name,
        "email": user.email,
        "type": user.type,
        "role_id": user.role_id,
        "role_name": call.world.part(Roles).of(user).name,
        "pmi": user.pmi,
        "use_pmi": False,
        "personal_meeting_url": f"https://zoom.us/j/{user.pmi}",
        "timezone": user.timezone,
        "verified": int(user.status == "active"),
        "dept": "",
        "created_at": user.created,
        "user_created_at": user.created,
        "group_ids": [],
        "im_group_ids": [],
        "jid": f"{user.id.lower()}@xmpp.zoom.us",
        "account_id": call.world.setup.account_id,
        "language": "en-US",
        "status": user.status,
        "login_types": [100],
        **more,
    }


@plays("PATCH", "/users/{userId}")
def update_user(call: Call) -> None:
    """Change what is given, and nothing else."""
    users, body = call.world.part(Users), call.body
    user = users.get(call)
    before = announced.user_snapshot(call, user)
    _check_zone(body)
    if "pmi" in body:
        users.claim_pmi(user, body["pmi"])
    for name in _OWN:
        if name in body:
            setattr(user, name, body[name])
    user.more = {**(user.more or {}), **_kept(body)}
    if user.more.get("plan_united_type") == "none":
        del user.more["plan_united_type"]
    announced.user_updated(call, user, before)


@plays("DELETE", "/users/{userId}")
def delete_user(call: Call) -> None:
    """Take a user out of the account; what shall be transferred goes to the person at `transfer_email`."""
    users = call.world.part(Users)
    user = users.get(call)
    if user is users.owner:
        raise call.refuse("The owner of the account can be neither deleted nor disassociated.", (400, 200))
    heirs = _heirs(call, users, user)
    for hand_over in HAND_OVERS:
        hand_over(call.world, user, heirs)
    users.remove(user)
    announced.user_told(call, user, "deleted" if call.query["action"] == "delete" else "disassociated")


def _heirs(call: Call, users: Users, user: User) -> dict[str, User]:
    """Who takes over what: empty unless a transfer is asked for."""
    things = [
        name.removeprefix(_TRANSFER)
        for name, asked in call.query.items()
        if name.startswith(_TRANSFER) and asked is True
    ]
    email = call.query.get("transfer_email", "")
    if not email:
        if things:
            raise invalid(("transfer_email", "A transfer needs the email of the user who takes over."))
        return {}
    heir = users.find(email)
    if heir is None or heir is user or heir.status != "active":
        raise invalid(("transfer_email", "The email of another active user of the account is expected."))
    return dict.fromkeys(things, heir)


def _kept(body: Payload) -> dict[str, Any]:
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


def _check_zone(body: Payload) -> None:
    try:
        known_zone(body.get("timezone", "UTC"))
    except ValueError as problem:
        raise invalid(("timezone", "A time zone such as America/New_York is expected.")) from problem


def _row(user: User, include: str) -> Payload:
    """A user as a list shows it."""
    more = user.more or {}
    row: Payload = {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name,
        "email": user.email,
        "type": user.type,
        "pmi": user.pmi,
        "timezone": user.timezone,
        "verified": int(user.status == "active"),
        "created_at": user.created,
        "user_created_at": user.created,
        "status": user.status,
        "role_id": user.role_id,
    }
    for name in (*_LISTED, include):
        if name in more:
            row[name] = more[name]
    return row
