"""Test which names are those of secrets, against each name of the facts about Zoom."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from zoom_component.paths import get_bundle_dir
from zoom_component.redaction.names import is_secret_header, is_secret_name, is_secret_parameter, list_names

_SUSPICIOUS = re.compile(
    r"(?i)pass(?!_)|pwd|pin(?:\Z|_)|token|secret|credential|auth(?!ent|oriz)|cookie|zak|otp|signature|host_key|stream_key"
)
# Names of the facts that look like secrets; what they hold is a setting, a description or an address.
HARMLESS = {
    "activation_code_expiration", "auth_user", "meeting_password_requirement", "minimum_password_length",
    "modify_credential_forbidden", "password_requirement", "pstn_password_protected", "recording_password_requirement",
    "response_token_field", "revoke_old_secret_time", "sign_in_with_two_factor_auth",
    "sign_in_with_two_factor_auth_groups", "sign_in_with_two_factor_auth_roles", "signature_format",
    "signature_header", "token_param", "token_url", "bypass_waiting_room", "sso_bypass_user_ids", "sso_bypass_users",
    "user_invited_by_host_can_bypass_waiting_room",
}  # fmt: skip


def iter_names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key == "name" and isinstance(inner, str):
                yield inner
            yield from iter_names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from iter_names(inner)


@pytest.fixture(scope="module")
def fact_names() -> set[str]:
    root = get_bundle_dir()
    files = [root / "spec" / "zoom" / "operations.jsonl", *sorted((root / "triggers" / "events").glob("*.jsonl"))]
    return {
        name
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        for name in iter_names(json.loads(line))
        if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)
    }


def test_each_suspicious_name_of_the_facts_is_secret_or_known_to_be_harmless(fact_names: set[str]) -> None:
    suspicious = {name for name in fact_names if _SUSPICIOUS.search(name)}
    assert len(suspicious) > 60
    assert {name for name in suspicious if not is_secret_name(name)} <= HARMLESS


@pytest.mark.parametrize(
    "name",
    [
        "activation_code", "download_access_token", "encrypted_passcode", "h323_password", "host_key", "leader_pin",
        "listen_only_password", "participant_pin_code", "pstn_password", "recording_play_passcode", "stream_key",
        "common_areas_activation_codes", "authorized_channel_token", "dynamic_host_key",
    ],
)  # fmt: skip
def test_the_secrets_of_the_facts_are_known(name: str, fact_names: set[str]) -> None:
    assert name in fact_names
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "accessToken", "refresh-token", "X-Api-Key", "apikey", "x-zm-signature", "Proxy-Authorization", "Set-Cookie",
        "settings[password]", "settings__password", "settings.pstn_password", "userpassword", "sharedsecret", "pass",
        "passphrase", "private_key", "one_time_otp", "streamKey", "Ocp-Apim-Subscription-Key", "code_verifier", "jwt",
    ],
)  # fmt: skip
def test_each_spelling_of_a_secret_is_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["token_type", "topic", "compass", "pinned_time", "key", "customer_key", "code", "passed", "shipping", "tokenize"],
)
def test_other_names_hold_no_secret(name: str) -> None:
    assert not is_secret_name(name)


def test_a_key_in_a_url_and_the_rest_of_some_headers_are_secret() -> None:
    assert is_secret_parameter("key")
    assert not is_secret_parameter("monkeys")
    assert [is_secret_header(name) for name in ("Cookie", "set-cookie", "X-Zm-Signature", "password")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_a_pair_and_a_token_request_name_their_values() -> None:
    assert list_names({"key": "X-Api-Key", "value": 1}) == {"key": "key", "value": "X-Api-Key"}
    assert list_names({"name": "Cookie", "value": 1, "id": 2})["value"] == "Cookie"
    assert list_names({"grant_type": "authorization_code", "code": "a"})["code"] == "token"
    assert list_names({"code": 300, "message": ""})["code"] == "code"
