"""Test the public reports about characters that nobody sees, in everything that identifies something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.deliveries import NOW, SECRET, build_event_body, build_signed_headers
from tests.support.session_modes import COMPONENT, create_sandbox

from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.renewing_connection import RenewingConnection
from zoom_component.client.connections.settings import ConnectionSettings, resolve_connection
from zoom_component.client.connections.store import MemoryStore
from zoom_component.client.connections.token_endpoint import TokenEndpoint
from zoom_component.errors import ComponentError, ConnectionFailed, InputError
from zoom_component.events.webhook import Notification, Verifier, verify_line

HIDDEN = ["\u200b{}", "{}\u00a0", "\ufeff{}", "\u200e{}\u200f", "{}\u2009\n", " {}\u3000", "\u2066{}\u2069"]
PERSON = {"meetingId": "89347503000", "firstName": "Ann", "lastName": "Smith"}


def plan(action: str, **inputs: Any) -> Any:
    return COMPONENT.plan(action, inputs).request


@pytest.mark.parametrize(
    "text",
    [
        "893\u00a04750\u00a03000",
        "893\u20094750\u20093000",
        "\u200e893 4750 3000",
        "89347503000\u200b",
        "８９３４７５０３０００",
        "\ufeff٨٩٣٤٧٥٠٣٠٠٠",
    ],
)
def test_a_number_as_the_client_shows_it(text: str) -> None:
    # B1: aurooba/alfred-workflow-zoom-meetings#7, raycast/extensions#30081
    assert plan("getMeeting", meetingId=text).path == "/meetings/89347503000"


@pytest.mark.parametrize("form", [*HIDDEN, "mailto:{}", "MAILTO:{}?subject=x", "Ann <{}>", "<{}>"])
def test_an_email_address_is_sent_without_what_nobody_sees(form: str) -> None:
    # B3: a variation of bigbluebutton/bigbluebutton#3245; such a person would get no mail.
    text = form.format("a@example.com")
    assert plan("addMeetingRegistrant", **PERSON, email=text).body["email"] == "a@example.com"
    assert plan("getUser", userId=text).path == "/users/a@example.com"
    assert plan("createMeeting", userId=text, scheduleFor=text).body["schedule_for"] == "a@example.com"
    hosts = plan("createMeeting", userId="me", alternativeHosts=f"{text}; b@example.com").body["settings"]
    assert hosts["alternative_hosts"] == "a@example.com;b@example.com"
    invited = plan("createMeeting", userId="me", meetingInvitees=[{"email": text}]).body["settings"]
    assert invited["meeting_invitees"] == [{"email": "a@example.com"}]


@pytest.mark.parametrize(
    ("email", "character"),
    [("\u0430nn@example.com", "U+0430 (CYRILLIC SMALL LETTER A)"), ("a\u00a0b@example.com", "U+00A0 (NO-BREAK SPACE)")],
)
def test_what_cannot_be_normalized_is_shown(email: str, character: str) -> None:
    for action, inputs in (("addMeetingRegistrant", {**PERSON, "email": email}), ("getUser", {"userId": email})):
        with pytest.raises(InputError) as caught:
            COMPONENT.plan(action, inputs)
        assert f"which has {character}" in caught.value.message


def test_ids_and_numbers_of_every_kind_are_cleaned_and_text_is_not() -> None:
    body = plan("createMeeting", userId="me\u200b", topic="\u200bDaily\u00a0", duration="６０\u00a0").body
    assert (body["topic"], body["duration"]) == ("\u200bDaily\u00a0", 60)
    request = plan(
        "addMeetingRegistrant",
        **PERSON,
        email="a@example.com",
        ocurrenceIds="１６４８１９４３６００００，１\u200b",
        phone="tel:+49\u00a030\u200b1",
    )
    assert ("occurrence_ids", "1648194360000,1") in request.query
    assert request.body["phone"] == "+49 301"
    query = plan("listArchivedFiles", groupIds="\ufeffCVCF1k8ZR3e52ChmEzlNxA, lwQi\u00a0").query
    assert ("group_ids", "CVCF1k8ZR3e52ChmEzlNxA,lwQi") in query
    assert ("next_page_token", "abc") in plan("listUsers", nextPageToken="abc\u200b").query


@pytest.mark.parametrize("form", HIDDEN)
def test_a_secret_token_verifies_what_zoom_signs(form: str) -> None:
    body, secret = build_event_body(), form.format(SECRET)
    headers = build_signed_headers(body)
    assert isinstance(Verifier([secret]).verify(headers, body, NOW), Notification)
    result = COMPONENT.receive_webhook("webhookReceiver", {"webhookSecretToken": secret}, headers, body, now=NOW)
    assert result["branch"] == "Notification"
    assert (
        verify_line({"headers": headers, "body_base64": "", "secrets": [secret], "now": NOW}, NOW)["reason"]
        != "blank_secret"
    )


@pytest.mark.parametrize("secret", ["\u200b", "\ufeff \u00a0", "\u2060"])
def test_a_secret_token_of_nothing_visible_is_blank(secret: str) -> None:
    with pytest.raises(InputError, match="got a blank one"):
        Verifier([secret])
    assert verify_line({"headers": {}, "body_base64": "", "secrets": [secret]}, NOW)["reason"] == "blank_secret"


def test_a_secret_token_with_another_letter_is_refused_without_being_shown() -> None:
    with pytest.raises(InputError, match=r"U\+0430 \(CYRILLIC SMALL LETTER A\) at position 5") as caught:
        Verifier(["test\u0430-secret"])
    assert "secret-" not in caught.value.message
    assert "test" not in caught.value.message


@pytest.mark.parametrize("form", HIDDEN)
@pytest.mark.parametrize("source", ["flags", "environment", "file"])
def test_credentials_get_a_token_as_they_are_meant(form: str, source: str, tmp_path: Path) -> None:
    zoom = create_sandbox()
    endpoint = TokenEndpoint(transport=zoom.create_transport(), sleep=lambda seconds: None)
    registry = ConnectionRegistry(COMPONENT.catalogue.connections(), MemoryStore(), endpoint=endpoint, clock=zoom.now)
    names = ("client_id", "client_secret", "account_id")
    values = {name: form.format(getattr(zoom, name)) for name in names}
    flags, environ, base_url = None, {}, "http://127.0.0.1/v2"
    if source == "flags":
        flags = ConnectionSettings(**values, base_url=form.format(base_url))
    elif source == "environment":
        environ = {f"ZOOM_{name.upper()}": value for name, value in values.items()}
        environ["ZOOM_BASE_URL"] = form.format(base_url)
    else:
        file = tmp_path / "connection.json"
        fields = dict(zip(("clientId", "clientSecret", "accountId"), values.values(), strict=True))
        text = json.dumps({"connection": {"key": "serverToServer", "fields": fields, "base_url": base_url}})
        file.write_text(text, encoding="utf-8-sig")
        flags = ConnectionSettings(file=str(file))
    connection = resolve_connection(
        COMPONENT.catalogue.connections(), flags, environ=environ, folder=tmp_path, open_registry=lambda: registry
    )
    assert isinstance(connection, RenewingConnection)
    assert connection.authorize().startswith("Bearer ")


@pytest.mark.parametrize("form", [*HIDDEN, "Bearer {}", "\ufeffBearer\u00a0{}"])
def test_an_access_token_is_sent_as_it_is_meant(form: str, tmp_path: Path) -> None:
    for flags, environ in (
        (ConnectionSettings(token=form.format("abc.def")), {}),
        (None, {"ZOOM_TOKEN": form.format("abc.def")}),
    ):
        connection = resolve_connection({}, flags, environ=environ, folder=tmp_path)
        assert connection.authorize() == "Bearer abc.def"


def test_a_setting_of_nothing_visible_is_not_set(tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailed, match="no connection to use"):
        resolve_connection(
            COMPONENT.catalogue.connections(),
            environ={"ZOOM_TOKEN": "\u200b", "ZOOM_CLIENT_ID": "\ufeff"},
            folder=tmp_path,
            open_registry=lambda: ConnectionRegistry({}, MemoryStore()),
        )


@pytest.mark.parametrize("name", ["token", "client_id", "client_secret", "account_id", "refresh_token"])
def test_a_credential_with_another_letter_is_refused_without_being_shown(name: str, tmp_path: Path) -> None:
    values = {"client_id": "app-1", "client_secret": "planted", "account_id": "account-1"}
    if name == "refresh_token":
        del values["account_id"]
    elif name == "token":
        values = {}
    flags = ConnectionSettings(**{**values, name: "plant\u0435d-secret"})
    registry = ConnectionRegistry(COMPONENT.catalogue.connections(), MemoryStore())
    with pytest.raises(ComponentError, match=r"U\+0435 \(CYRILLIC SMALL LETTER IE\) at position 6") as caught:
        resolve_connection(
            COMPONENT.catalogue.connections(), flags, environ={}, folder=tmp_path, open_registry=lambda: registry
        )
    assert "plant" not in caught.value.message


def test_a_list_of_addresses_is_cleared_like_plain_text() -> None:
    body = plan("updateMeeting", meetingId="89347503000", alternativeHosts="", contactEmail=" ").body
    assert body == {"settings": {"alternative_hosts": "", "contact_email": ""}}
