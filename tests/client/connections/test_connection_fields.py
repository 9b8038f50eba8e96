"""Fields of a connection: checked, completed, and turned into credentials."""

from __future__ import annotations

import pytest

from tests.client.connections.kinds import ACCOUNT, CLIENT, OAUTH, PLANTED, SERVER
from zoom_component.client.connections.fields import build_credentials, check_fields, fill_defaults
from zoom_component.errors import ConnectionFailed, InputError
from zoom_component.spec.spec import ConnectionSpec

ZOOM = "https://api.zoom.us/v2"
SANDBOX = "http://127.0.0.1:8080/v2"


def test_what_is_empty_is_absent_and_what_is_given_is_trimmed() -> None:
    assert check_fields(OAUTH, {**CLIENT, "clientId": " app-1\n", "scopes": " ", "tokenUrl": None}) == CLIENT


def test_hidden_inputs_take_their_defaults_at_zoom() -> None:
    assert fill_defaults(OAUTH, CLIENT, ZOOM) == {
        **CLIENT,
        "authorizeUrl": "https://zoom.us/oauth/authorize",
        "tokenUrl": "https://zoom.us/oauth/token",
    }


def test_elsewhere_the_oauth_pages_are_those_of_the_same_host() -> None:
    pages = {"authorizeUrl": "http://127.0.0.1:8080/oauth/authorize", "tokenUrl": "http://127.0.0.1:8080/oauth/token"}
    assert fill_defaults(OAUTH, CLIENT, SANDBOX) == {**CLIENT, **pages}
    assert fill_defaults(SERVER, ACCOUNT, SANDBOX) == {**ACCOUNT, "tokenUrl": pages["tokenUrl"]}
    assert fill_defaults(OAUTH, CLIENT, "https://api.zoomgov.com/v2")["tokenUrl"] == "https://zoomgov.com/oauth/token"


def test_a_given_page_is_left_as_it_is() -> None:
    given = {**CLIENT, "tokenUrl": "https://proxy.example/token"}
    assert fill_defaults(OAUTH, given, SANDBOX)["tokenUrl"] == "https://proxy.example/token"


def test_a_template_is_filled_with_escaped_values() -> None:
    filled = fill_defaults(SERVER, {**ACCOUNT, "accountId": "a&b=c"}, ZOOM)
    assert filled["tokenUrl"] == "https://zoom.us/oauth/token?grant_type=account_credentials&account_id=a%26b%3Dc"


def test_credentials_show_no_secret() -> None:
    known = build_credentials(SERVER, ACCOUNT, ZOOM)
    assert (known.client.id, known.account_id, known.can_reissue) == ("app-1", "account-1", True)
    assert not build_credentials(OAUTH, CLIENT, ZOOM).can_reissue
    assert PLANTED not in repr(known)


def test_a_wrong_field_is_not_repeated() -> None:
    with pytest.raises(InputError) as failed:
        check_fields(OAUTH, {**CLIENT, "clientSecret": "planted-\x00secret", "clientId": ["planted-id"]})
    assert PLANTED not in failed.value.message


def test_a_grant_that_nobody_knows_is_a_sentence() -> None:
    spec = ConnectionSpec("odd", "Odd", "", "password", OAUTH.inputs)
    with pytest.raises(ConnectionFailed, match="authorization_code and account_credentials"):
        build_credentials(spec, CLIENT, ZOOM)
