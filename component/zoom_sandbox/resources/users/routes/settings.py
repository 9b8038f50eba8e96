"""Read and change the settings of users. https://developers.zoom.us/docs/api/users/#tag/users"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.users.settings import SETTINGS_OPTIONS, deep_merge, filter_settings
from zoom_sandbox.resources.users.state import Users, UserSettings
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

operations = Operations()

_PATH = "/users/{userId}/settings"


@operations.handles("GET", _PATH)
def get_settings(call: OperationCall) -> Payload:
    """Return a user's settings: all, one group, or those that the query names."""
    user = call.account.store(Users).get(call)
    part, _ = SETTINGS_OPTIONS[call.query.get("option", "")]
    settings = call.account.store(UserSettings).get(user, part)
    if part == "all":
        settings = {**settings, "feature": {**settings["feature"], "webinar": user.type == 2}}
    wanted = {name.strip() for name in call.query.get("custom_query_fields", "").split(",") if name.strip()}
    return filter_settings(settings, wanted) if wanted else settings


@operations.handles("PATCH", _PATH)
def update_settings(call: OperationCall) -> None:
    """Update the fields that the body has."""
    user = call.account.store(Users).get(call)
    part, form = SETTINGS_OPTIONS[call.query.get("option", "")]
    schema = response_schema("GET", _PATH)
    for place in form:
        schema = schema["anyOf"][place]
    settings = call.account.store(UserSettings)
    settings.values[user.id, part] = deep_merge(settings.get(user, part), drop_unknown_fields(call.body, schema))
