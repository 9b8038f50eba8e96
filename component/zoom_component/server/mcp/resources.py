"""Offer data that a model can read: the actions, Zoom's events, time zones and countries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from mcp_types import Resource, ResourceTemplate

from zoom_component.json_output import to_json
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.diagnostics import suggest
from zoom_facts import find_event, list_event_names, load_countries
from zoom_facts.time_zones import list_time_zones

__all__ = ["MIME_TYPE", "ResourceReader", "list_resource_templates", "list_resources"]

MIME_TYPE = "application/json"
_ROOT = "zoom://"


def list_resources() -> list[Resource]:
    """Return the resources with a fixed URI."""
    return [
        _build_resource("actions", "Actions", "Every action with its resource, effect, scopes and required plan."),
        _build_resource("events", "Webhook events", "The names of Zoom's webhook events."),
        _build_resource("countries", "Countries", "Codes of countries and regions, with their names."),
        _build_resource("time-zones", "Time zones", "The names that a time zone input accepts."),
    ]


def list_resource_templates() -> list[ResourceTemplate]:
    """Return the resources whose URI has a parameter."""
    return [
        ResourceTemplate(
            uri_template=f"{_ROOT}events/{{name}}",
            name="event",
            title="A webhook event",
            description="The JSON Schema of an event and a sample of it, by its name, such as meeting.started.",
            mime_type=MIME_TYPE,
        )
    ]


class ResourceReader:
    """Read resources by URI."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def read_text(self, uri: str) -> str:
        """Return the JSON text at a URI.

        Raise LookupError, which names similar URIs, if there is none.
        """
        path = uri.removeprefix(_ROOT)
        resources: dict[str, Callable[[], Any]] = {
            "actions": self._catalogue.listing,
            "events": lambda: list(list_event_names()),
            "countries": lambda: dict(load_countries()),
            "time-zones": lambda: sorted(list_time_zones()),
        }
        if path in resources:
            return to_json(resources[path](), ensure_ascii=False)
        folder, _, name = path.partition("/")
        if folder != "events" or not uri.startswith(_ROOT):
            raise LookupError(f'unknown resource "{uri[:100]}"; {suggest(uri, [_ROOT + each for each in resources])}')
        name = unquote(name)
        event = find_event(name)
        if event is None:
            raise LookupError(f'unknown event "{name[:100]}"; {suggest(name, list_event_names())}')
        value = {"name": event.name, "product": event.product, "schema": event.schema, "sample": event.sample}
        return to_json(value, ensure_ascii=False)


def _build_resource(path: str, title: str, description: str) -> Resource:
    return Resource(uri=f"{_ROOT}{path}", name=path, title=title, description=description, mime_type=MIME_TYPE)
