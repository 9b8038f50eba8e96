"""Test how the fields of a connection are checked, completed and made into credentials."""

from __future__ import annotations

import pytest

from tests.client.connections.kinds import ACCOUNT, CLIENT, OAUTH, PLANTED, SERVER
from zoom_component.client.connections.registry import build_credentials, check_fields, fill_defaults
from zoom_component.errors import ConnectionFailed, InputError
from zoom_component.spec.spec import ConnectionSpec

ZOOM = "https://api.zoom.us/v2"
SANDBOX = "http://127.0.0.1:8080/v2"


def test_values_are_trimmed_and_empty_ones_dropped() -> None:
    assert check_fields(OAUTH, {**CLIENT, "clientId": " app-1\n", "scopes": " ", "tokenUrl": None}) == CLIENT


def test_hidden_inputs_have_defaults_for_zooms_hosts() -> None:
    assert fill_defaults(OAUTH, CLIENT, ZOOM) == {
        **CLIENT,
        "authorizeUrl": "https://zoom.us/oauth/authorize",
        "tokenUrl": "https://zoom.us/oauth/token",
    }


def test_the_oauth_pages_of_another_host_are_on_that_host() -> None:
    pages = {"authorizeUrl": "http://127.0.0.1:8080/oauth/authorize", "tokenUrl": "http://127.0.0.1:8080/oauth/token"}
    assert fill_defaults(OAUTH, CLIENT, SANDBOX) == {**CLIENT, **pages}
    assert fill_defaults(SERVER, ACCOUNT, SANDBOX) == {**ACCOUNT, "tokenUrl": pages["tokenUrl"]}
    assert fill_defaults(OAUTH, CLIENT, "https://api.zoomgov.com/v2")["tokenUrl"] == "https://zoomgov.com/oauth/token"


def test_a_page_that_is_set_stays() -> None:
    fields = {**CLIENT, "tokenUrl": "https://proxy.example/token"}
    assert fill_defaults(OAUTH, fields, SANDBOX)["tokenUrl"] == "https://proxy.example/token"


def test_a_template_is_filled_with_escaped_values() -> None:
    values = fill_defaults(SERVER, {**ACCOUNT, "accountId": "a&b=c"}, ZOOM)
    assert values["tokenUrl"] == "https://zoom.us/oauth/token?grant_type=account_credentials&account_id=a%26b%3Dc"


def test_the_repr_of_credentials_holds_no_secret() -> None:
    credentials = build_credentials(SERVER, ACCOUNT, ZOOM)
    assert (credentials.client.id, credentials.account_id, credentials.can_reissue) == ("app-1", "account-1", True)
    assert not build_credentials(OAUTH, CLIENT, ZOOM).can_reissue
    assert PLANTED not in repr(credentials)


def test_an_invalid_value_is_not_repeated() -> None:
    with pytest.raises(InputError) as failed:
        check_fields(OAUTH, {**CLIENT, "clientSecret": "planted-\x00secret", "clientId": ["planted-id"]})
    assert PLANTED not in failed.value.message


def test_an_unknown_grant_is_refused() -> None:
    spec = ConnectionSpec("odd", "Odd", "", "password", OAUTH.inputs)
    with pytest.raises(ConnectionFailed, match="authorization_code or account_credentials"):
        build_credentials(spec, CLIENT, ZOOM)
