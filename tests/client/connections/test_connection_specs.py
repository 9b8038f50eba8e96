"""Compare the YAML files of the two connections with the component documents."""

from __future__ import annotations

import pytest

from tests.client.connections.kinds import read_kind

AUTHORIZE, TOKEN = "https://zoom.us/oauth/authorize", "https://zoom.us/oauth/token"


def summarize_inputs(key: str) -> dict[str, tuple[str, str, bool, bool, str | None]]:
    return {
        name: (spec["label"], spec["type"], spec["required"], spec.get("shown", True), spec.get("default"))
        for name, spec in read_kind(key)["inputs"].items()
    }


def test_oauth_has_the_five_inputs_of_the_document() -> None:
    assert summarize_inputs("oauth") == {
        "authorizeUrl": ("Authorize URL", "string", True, False, AUTHORIZE),
        "clientId": ("Client ID", "string", True, True, None),
        "clientSecret": ("Client Secret", "password", True, True, None),
        "scopes": ("Scopes", "string", False, False, None),
        "tokenUrl": ("Token URL", "string", True, False, TOKEN),
    }
    assert (read_kind("oauth")["label"], read_kind("oauth")["grant"], read_kind("oauth")["pkce"]) == (
        "OAuth 2.0",
        "authorization_code",
        "S256",
    )


def test_server_to_server_has_the_five_inputs_of_the_published_component() -> None:
    template = f"{TOKEN}?grant_type=account_credentials&account_id={{{{#accountId}}}}"
    assert summarize_inputs("serverToServer") == {
        "clientId": ("Client ID", "string", True, True, None),
        "clientSecret": ("Client Secret", "password", True, True, None),
        "accountId": ("Account ID", "string", True, True, None),
        "scopes": ("Scopes", "string", False, False, None),
        "tokenUrl": ("Token URL", "template", True, False, template),
    }
    assert read_kind("serverToServer")["label"] == "Server to Server"


@pytest.mark.parametrize("key", ["oauth", "serverToServer"])
def test_every_input_has_comments(key: str) -> None:
    assert all(spec["comments"] for spec in read_kind(key)["inputs"].values())


def test_the_notes_mention_every_fact_of_the_setup() -> None:
    notes = read_kind("oauth")["notes"]
    areas = ("meeting", "webinar", "recording", "user")
    facts = [f"{area}:{right}" for area in areas for right in ("master", "read:admin", "write:admin")]
    facts += [
        "https://oauth2.prismatic.io/callback",
        "Event Subscriptions",
        "Secret Token",
        "Surface",
        "Embed",
        "Build App",
    ]
    facts += ["redirect URL", "allow list", "authorization failure", "verification token", "not published"]
    assert [fact for fact in facts if fact not in notes.replace("\n", " ")] == []
