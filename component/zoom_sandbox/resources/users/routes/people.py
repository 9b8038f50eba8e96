"""Users: listed, made, read, changed, deleted. https://developers.zoom.us/docs/api/users/"""

from __future__ import annotations

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.users import announced, edit, faults, shown
from zoom_sandbox.resources.users.state import HAND_OVERS, Users


@plays("GET", "/users")
def list_users(call: Call) -> Payload:
    """Users of a status, by pages."""
    found = call.world.part(Users).listing(call.query["status"], call.query.get("role_id", ""))
    wanted = call.query.get("include_fields", "")
    return page(call, found, by_number, lambda user: shown.row(user, wanted))


@plays("POST", "/users")
def create_user(call: Call) -> Payload:
    """A new user: invited (pending) with `create`, active at once with the other actions."""
    info = call.body.get("user_info")
    if info is None:
        raise faults.no_user_info()
    if "@" not in info["email"].strip("@"):
        raise faults.bad_email()
    users = call.world.part(Users)
    if users.find(info["email"]) is not None:
        raise faults.in_account(info["email"])
    own = {name: info[name] for name in ("first_name", "last_name", "type") if name in info}
    status = "pending" if call.body["action"] == "create" else "active"
    user = users.add(info["email"], status=status, more=edit.kept(info), **own)
    announced.user_created(call, user, call.body["action"])
    return user.brief()


@plays("GET", "/users/{userId}")
def get_user(call: Call) -> Payload:
    """One user in full."""
    user = call.world.part(Users).get(call)
    return shown.full(call, user)


@plays("PATCH", "/users/{userId}")
def update_user(call: Call) -> None:
    """Change what is given, and nothing else."""
    users, body = call.world.part(Users), call.body
    user = users.get(call)
    before = announced.user_snapshot(call, user)
    edit.change(users, user, body)
    announced.user_updated(call, user, before)


@plays("DELETE", "/users/{userId}")
def delete_user(call: Call) -> None:
    """Take a user out of the account; what shall be transferred goes to the person at `transfer_email`."""
    users = call.world.part(Users)
    user = users.get(call)
    if user is users.owner:
        raise faults.owner_stays(call)
    heirs = edit.heirs(call, users, user)
    for hand_over in HAND_OVERS:
        hand_over(call.world, user, heirs)
    users.remove(user)
    announced.user_told(call, user, "deleted" if call.query["action"] == "delete" else "disassociated")
