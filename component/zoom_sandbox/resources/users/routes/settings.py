"""Read and change the settings of users. https://developers.zoom.us/docs/api/users/#tag/users"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.users import rules
from zoom_sandbox.resources.users.settings import SETTINGS_OPTIONS, deep_merge, filter_settings
from zoom_sandbox.resources.users.state import Users, UserSettings
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

operations = Operations()

_PATH = "/users/{userId}/settings"


@operations.handles("GET", _PATH)
def get_settings(call: OperationCall) -> Payload:
    """Return a user's settings: all, one group, or those that the query names."""
    user = call.account.store(Users).get(call)
    rules.check_settings_access(call, user)
    group, _ = SETTINGS_OPTIONS[call.query.get("option", "")]
    settings = call.account.store(UserSettings).get(user, group)
    if group == "all":
        settings = {**settings, "feature": {**settings["feature"], "webinar": user.type == 2}}
    names = {name.strip() for name in call.query.get("custom_query_fields", "").split(",") if name.strip()}
    return filter_settings(settings, names) if names else settings


@operations.handles("PATCH", _PATH)
def update_settings(call: OperationCall) -> None:
    """Update the fields that the body has."""
    user = call.account.store(Users).get(call)
    rules.check_settings_access(call, user)
    group, path = SETTINGS_OPTIONS[call.query.get("option", "")]
    schema = response_schema("GET", _PATH)
    for index in path:
        schema = schema["anyOf"][index]
    rules.check_features(call, user, call.body)
    settings = call.account.store(UserSettings)
    settings.values[user.id, group] = deep_merge(settings.get(user, group), drop_unknown_fields(call.body, schema))
