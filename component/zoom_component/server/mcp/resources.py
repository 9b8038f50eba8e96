"""What a model may read beside calling tools: the actions in words, Zoom's events, time zones and countries."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from zoneinfo import available_timezones

from mcp_types import Resource, ResourceTemplate

from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.diagnostics import suggest
from zoom_facts import find_event, list_event_names, load_countries

__all__ = ["MIME_TYPE", "ResourceReader", "list_resource_templates", "list_resources"]

MIME_TYPE = "application/json"
_ROOT = "zoom://"


def list_resources() -> list[Resource]:
    """The resources that have an address of their own."""
    return [
        _resource("actions", "Actions", "Every action with its resource, effect, scopes and plan needs."),
        _resource("events", "Webhook events", "The names of the events that Zoom announces."),
        _resource("countries", "Countries", "Codes of countries and regions, with their names."),
        _resource("time-zones", "Time zones", "The names that a time zone input takes."),
    ]


def list_resource_templates() -> list[ResourceTemplate]:
    """The resources that come one by one."""
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
    """Reads resources by address."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def read_text(self, uri: str) -> str:
        """The JSON at an address. Raises LookupError, with near addresses, where there is none."""
        path = uri.removeprefix(_ROOT)
        whole: dict[str, Callable[[], Any]] = {
            "actions": self._catalogue.listing,
            "events": lambda: list(list_event_names()),
            "countries": lambda: dict(load_countries()),
            "time-zones": lambda: sorted(available_timezones()),
        }
        if path in whole:
            return json.dumps(whole[path](), ensure_ascii=False)
        kind, _, name = path.partition("/")
        if kind != "events" or not uri.startswith(_ROOT):
            raise LookupError(f"there is nothing at {uri}; {suggest(uri, [_ROOT + each for each in whole])}")
        event = find_event(unquote(name))
        if event is None:
            raise LookupError(f"there is no event {unquote(name)!r}; {suggest(unquote(name), list_event_names())}")
        known = {"name": event.name, "product": event.product, "schema": event.schema, "sample": event.sample}
        return json.dumps(known, ensure_ascii=False)


def _resource(path: str, title: str, description: str) -> Resource:
    return Resource(uri=f"{_ROOT}{path}", name=path, title=title, description=description, mime_type=MIME_TYPE)
