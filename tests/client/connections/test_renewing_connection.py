"""Test how connections share, renew and rotate tokens, against the sandbox over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.client.connections.broker_setup import BrokerSetup, run_together
from tests.client.connections.kinds import ACCESS, ACCOUNT, CLIENT, PLANTED, REFRESH, SECRET
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.store import READY, RECONNECT_NEEDED, StoredConnection, StoreError
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ComponentError, ConnectionFailed


def test_a_token_is_requested_when_needed_and_then_reused(world: BrokerSetup) -> None:
    connection = world.open_server_connection()
    assert connection.get_cached_header() is None
    assert connection.authorize() == f"Bearer {ACCESS}-1"
    assert connection.get_cached_header() == connection.authorize() == f"Bearer {ACCESS}-1"
    assert world.zoom.token_requests == [{"grant_type": "account_credentials", "account_id": "account-1"}]
    assert world.zoom.paths == ["/oauth/token"]


def test_a_hundred_threads_make_one_request(world: BrokerSetup) -> None:
    connection = world.open_server_connection()
    assert set(run_together([connection.authorize] * 100)) == {f"Bearer {ACCESS}-1"}
    assert len(world.zoom.token_requests) == 1


def test_threads_that_waited_use_the_token_in_memory(world: BrokerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    read = world.store.read

    def counted(name: str) -> StoredConnection | None:
        reads.append(name)
        return read(name)

    monkeypatch.setattr(world.store, "read", counted)
    run_together([world.open_server_connection().authorize] * 50)
    assert len(reads) == 1


def test_twenty_connections_of_one_account_make_one_request(world: BrokerSetup) -> None:
    assert set(run_together([world.open_server_connection().authorize for _ in range(20)])) == {f"Bearer {ACCESS}-1"}
    assert len(world.zoom.token_requests) == 1


def test_a_token_is_renewed_shortly_before_it_expires(world: BrokerSetup) -> None:
    connection = world.open_server_connection()
    connection.authorize()
    world.now += 3539
    assert connection.get_cached_header() == f"Bearer {ACCESS}-1"
    world.now += 1
    assert connection.get_cached_header() is None
    assert connection.authorize() == f"Bearer {ACCESS}-2"


def test_a_rejected_token_is_renewed_once_for_all_threads(world: BrokerSetup) -> None:
    connection = world.open_server_connection()
    header = connection.authorize()
    assert set(run_together([lambda: connection.renew(header)] * 50)) == {f"Bearer {ACCESS}-2"}
    assert len(world.zoom.token_requests) == 2


def test_no_token_is_requested_while_the_store_has_a_newer_one(world: BrokerSetup) -> None:
    one, two = world.open_server_connection(), world.open_server_connection()
    header = one.authorize()
    assert two.authorize() == header
    assert two.renew(header) == f"Bearer {ACCESS}-2"
    assert one.renew(header) == f"Bearer {ACCESS}-2"
    assert len(world.zoom.token_requests) == 2


def test_a_refresh_token_rotates_and_the_new_pair_is_stored(world: BrokerSetup) -> None:
    connection = world.save_connection()
    assert connection.authorize() == f"Bearer {ACCESS}-1"
    assert world.read_row().token == Token(
        f"{ACCESS}-1",
        world.now + 3600,
        f"{REFRESH}-1",
        ("user:read:admin", "meeting:write:admin"),
        world.zoom.url,
        world.now,
        previous_refresh=f"{REFRESH}-0",
    )
    world.now += 3600
    assert connection.authorize() == f"Bearer {ACCESS}-2"
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-0", f"{REFRESH}-1"]


def test_a_crash_between_store_and_use_loses_nothing(world: BrokerSetup) -> None:
    class Crash(BaseException):
        pass

    class Crashing:
        """Raise Crash right after the write, like a process that dies."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.store, name)

        def write_token(self, row: StoredConnection) -> None:
            world.store.write_token(row)
            raise Crash

    world.save_connection()
    with pytest.raises(Crash):
        world.create_registry(Crashing()).open("work").authorize()
    assert world.create_registry().open("work").authorize() == f"Bearer {ACCESS}-1"
    assert len(world.zoom.token_requests) == 1


def test_a_newer_token_of_another_machine_is_used(world: BrokerSetup) -> None:
    connection = world.save_connection(refresh=f"{REFRESH}-lost")

    def other_machine(form: dict[str, str]) -> None:
        world.store.write(
            StoredConnection("work", "oauth", world.zoom.api_url, CLIENT, Token(f"{ACCESS}-theirs", None, "r"), READY)
        )

    world.zoom.before = other_machine
    assert connection.authorize() == f"Bearer {ACCESS}-theirs"
    assert len(world.zoom.token_requests) == 1
    assert world.read_row().state == READY


def test_the_refresh_token_of_an_expired_newer_token_is_used(world: BrokerSetup) -> None:
    connection = world.save_connection(refresh=f"{REFRESH}-lost")

    def other_machine(form: dict[str, str]) -> None:
        expired = Token(f"{ACCESS}-theirs", world.now, f"{REFRESH}-0")
        if len(world.zoom.token_requests) == 1:
            world.store.write(StoredConnection("work", "oauth", world.zoom.api_url, CLIENT, expired, READY))

    world.zoom.before = other_machine
    assert connection.authorize() == f"Bearer {ACCESS}-2"
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-lost", f"{REFRESH}-0"]


def test_a_rejected_refresh_token_stops_all_requests_until_a_person_connects_again(world: BrokerSetup) -> None:
    connection = world.save_connection(refresh=f"{REFRESH}-invalid")
    with pytest.raises(ConnectionFailed, match="Connect again") as failed:
        connection.authorize()
    assert (failed.value.reconnect, failed.value.connection) == (True, "work")
    assert world.read_row().state == RECONNECT_NEEDED
    for again in (connection, world.create_registry().open("work")):
        with pytest.raises(ConnectionFailed, match="zoom-component connect"):
            again.authorize()
    assert len(world.zoom.token_requests) == 1
    world.save_connection()
    assert connection.authorize() == f"Bearer {ACCESS}-2"


def test_threads_that_waited_share_an_error(world: BrokerSetup) -> None:
    world.zoom.refuse(400, {"error": "invalid_client", "reason": "No."}, delay=0.2)
    connection = world.open_server_connection()
    results = run_together([connection.authorize] * 30)
    assert {type(result) for result in results} == {ConnectionFailed}
    assert len({id(result) for result in results}) == 30
    assert len(world.zoom.token_requests) < 5
    world.zoom.clear_faults()
    assert connection.authorize().startswith(f"Bearer {ACCESS}")


def test_a_corrected_client_secret_works(world: BrokerSetup) -> None:
    wrong = world.create_registry().open_with_fields(
        "serverToServer", {**ACCOUNT, "clientSecret": "planted-wrong"}, world.zoom.api_url
    )
    with pytest.raises(ConnectionFailed, match="client secret"):
        wrong.authorize()
    assert world.open_server_connection().authorize() == f"Bearer {ACCESS}-2"


def test_a_wrong_client_secret_does_not_get_the_shared_token(world: BrokerSetup) -> None:
    world.open_server_connection().authorize()
    with pytest.raises(ConnectionFailed, match="client secret"):
        world.create_registry().open_with_fields(
            "serverToServer", {**ACCOUNT, "clientSecret": "planted-guess"}, world.zoom.api_url
        ).authorize()
    assert world.open_server_connection().authorize() == f"Bearer {ACCESS}-1", "the right secret still gets it"


def test_a_new_client_secret_uses_the_stored_refresh_token(world: BrokerSetup) -> None:
    initial_token = Token("", refresh=f"{REFRESH}-0")
    world.create_registry().open_with_fields("oauth", CLIENT, world.zoom.api_url, initial_token).authorize()
    world.zoom.change_secret("planted-new-secret")
    changed = {**CLIENT, "clientSecret": "planted-new-secret"}
    assert (
        world.create_registry().open_with_fields("oauth", changed, world.zoom.api_url, initial_token).authorize()
        == f"Bearer {ACCESS}-2"
    )
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-0", f"{REFRESH}-1"]


def test_an_account_gets_a_new_token_if_its_shared_row_cannot_be_decrypted(
    world: BrokerSetup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world.open_server_connection().authorize()
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "B" * 43 + "=")
    assert world.open_server_connection(EncryptedStore(tmp_path / "state")).authorize() == f"Bearer {ACCESS}-2"


def test_two_people_of_one_app_do_not_share_a_token(world: BrokerSetup) -> None:
    for who in ("ann", "bob"):
        world.zoom.grant(f"{REFRESH}-{who}")
    headers = [
        world.create_registry()
        .open_with_fields("oauth", CLIENT, world.zoom.api_url, Token("", refresh=f"{REFRESH}-{who}"))
        .authorize()
        for who in ("ann", "bob", "ann")
    ]
    assert headers == [f"Bearer {ACCESS}-1", f"Bearer {ACCESS}-2", f"Bearer {ACCESS}-1"]


def test_an_initial_token_is_used_until_it_is_rejected(world: BrokerSetup) -> None:
    initial_token = Token(f"{ACCESS}-seed", refresh=f"{REFRESH}-0")
    connection = world.create_registry().open_with_fields("oauth", CLIENT, world.zoom.api_url, initial_token)
    assert connection.authorize() == f"Bearer {ACCESS}-seed"
    assert world.zoom.token_requests == []
    assert connection.renew(f"Bearer {ACCESS}-seed") == f"Bearer {ACCESS}-1"
    # Another process starts with the same settings, which are outdated: the store has a newer token.
    later = world.create_registry().open_with_fields("oauth", CLIENT, world.zoom.api_url, initial_token)
    assert later.authorize() == f"Bearer {ACCESS}-1"
    assert len(world.zoom.token_requests) == 1


def test_an_initial_token_is_tried_before_another_is_requested(world: BrokerSetup) -> None:
    stored = world.open_server_connection().authorize()
    initial_token = Token(f"{ACCESS}-seed")
    connection = world.create_registry().open_with_fields("serverToServer", ACCOUNT, world.zoom.api_url, initial_token)
    assert connection.authorize() == stored
    assert connection.renew(stored) == f"Bearer {ACCESS}-seed"
    assert len(world.zoom.token_requests) == 1
    assert connection.renew(f"Bearer {ACCESS}-seed") == stored, "the store has another token than the rejected one"


def test_a_removed_connection_is_reported(world: BrokerSetup) -> None:
    connection = world.save_connection()
    world.create_registry().remove("work")
    with pytest.raises(ConnectionFailed, match="removed"):
        connection.authorize()
    assert world.zoom.token_requests == []


@pytest.mark.parametrize("other", [{"base_url": "EU"}, {"fields": {**CLIENT, "clientId": "app-2"}}])
def test_a_connection_saved_again_with_other_settings_must_be_opened_again(world: BrokerSetup, other: Any) -> None:
    connection = world.save_connection()
    settings = {"fields": CLIENT, "base_url": world.zoom.api_url, **other}
    world.create_registry().save("work", "oauth", token=Token(f"{ACCESS}-other", None), **settings)
    with pytest.raises(ConnectionFailed, match="saved again"):
        connection.authorize()
    assert world.zoom.token_requests == []


def test_an_unreadable_store_is_reported_and_not_taken_for_a_removed_connection(
    world: BrokerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(name: str) -> StoredConnection | None:
        raise StoreError("database is locked")

    connection = world.save_connection()
    monkeypatch.setattr(world.store, "read", locked)
    with pytest.raises(ConnectionFailed, match="cannot be read"):
        connection.authorize()
    assert world.open_server_connection().authorize() == f"Bearer {ACCESS}-1"


def test_secrets_are_listed_for_redaction_and_never_printed(world: BrokerSetup) -> None:
    connection = world.save_connection()
    header = connection.authorize()
    secrets = connection.get_secrets()
    assert {SECRET, f"{ACCESS}-1", f"{REFRESH}-0", f"{REFRESH}-1"} <= secrets
    assert any("planted" not in secret and len(secret) > 20 for secret in secrets), (
        "the Basic credentials are a secret too"
    )
    assert PLANTED not in repr(connection)
    connection.renew(header)
    assert {f"{ACCESS}-1", f"{ACCESS}-2"} <= connection.get_secrets()


def test_no_error_of_any_kind_holds_a_secret(world: BrokerSetup) -> None:
    connection = world.save_connection(refresh=f"{REFRESH}-invalid")
    texts: list[str] = []
    for status, body in (
        (401, {"error": "invalid_grant", "reason": f"no {REFRESH}-invalid of {SECRET}"}),
        (400, {"error": "invalid_client", "reason": f"{SECRET}"}),
        (200, {"refresh_token": f"{REFRESH}-invalid", "error": f"{SECRET}"}),
        (500, {"reason": f"{REFRESH}-invalid"}),
    ):
        world.save_connection(refresh=f"{REFRESH}-invalid")
        world.zoom.refuse(status, body)
        with pytest.raises(ComponentError) as failed:
            connection.authorize()
        texts += [json.dumps(failed.value.as_json()), repr(failed.value), str(failed.value)]
    assert [text for text in texts if PLANTED in text] == []
