"""What a person's settings are, and how they change. https://developers.zoom.us/docs/api/users/#tag/users"""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.users.settings import FORMS, merge, pick
from zoom_sandbox.resources.users.state import Settings, Users
from zoom_sandbox.shapes import answer_schema, fitting

_PATH = "/users/{userId}/settings"


@plays("GET", _PATH)
def get_settings(call: Call) -> Payload:
    """A person's settings, a part of them, or the few that are asked for by name."""
    user = call.world.part(Users).get(call)
    part, _ = FORMS[call.query.get("option", "")]
    settings = call.world.part(Settings).of(user, part)
    if part == "all":
        settings = {**settings, "feature": {**settings["feature"], "webinar": user.type == 2}}
    wanted = {name.strip() for name in call.query.get("custom_query_fields", "").split(",") if name.strip()}
    return pick(settings, wanted) if wanted else settings


@plays("PATCH", _PATH)
def update_settings(call: Call) -> None:
    """Change what is given, and nothing else."""
    user = call.world.part(Users).get(call)
    part, form = FORMS[call.query.get("option", "")]
    schema = answer_schema("GET", _PATH)
    for place in form:
        schema = schema["anyOf"][place]
    settings = call.world.part(Settings)
    settings.chosen[user.id, part] = merge(settings.of(user, part), fitting(call.body, schema))
