"""Test that every call which the OpenAPI document allows has a documented response, never an internal error."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from zoom_component import Component, SessionOptions
from zoom_component.client.session import AsyncSession
from zoom_component.events.inbox.protocols import EventQuery, StoredEvent
from zoom_component.server.http.app import HttpServer
from zoom_component.server.http.calls import SessionPool
from zoom_component.server.http.event_stream import EventStream
from zoom_component.tools.export.openapi import build_openapi
from zoom_sandbox import Sandbox

COMPONENT = Component.load()
ZOOM = Sandbox()


def open_session(name: str) -> AsyncSession:
    options = SessionOptions(count_daily=False, first_wait=0.0, retries=0)
    return COMPONENT.aconnect(
        token=ZOOM.issue_token(), base_url="http://127.0.0.1/v2", transport=ZOOM.create_transport(), options=options
    )


class EmptyInbox:
    """Return no events."""

    def find_events(self, query: EventQuery) -> list[StoredEvent]:
        return []


EMPTY_INBOX: Any = EmptyInbox()
STREAM = EventStream(EMPTY_INBOX)
STREAM.stop()  # a stream that is requested here has to end
APP = HttpServer(COMPONENT, SessionPool(open_session), STREAM).build_app()
SCHEMA = schemathesis.openapi.from_dict(build_openapi(COMPONENT.catalogue))
SCHEMA.app = APP


@SCHEMA.parametrize()
@settings(max_examples=2, suppress_health_check=list(HealthCheck), deadline=None)
def test_every_call_has_a_documented_response(case: schemathesis.Case[Any]) -> None:
    checks = [not_a_server_error, status_code_conformance, content_type_conformance]
    case.call_and_validate(base_url="http://127.0.0.1", headers={"host": "127.0.0.1"}, checks=checks)
