"""One token for everyone: single flight, rotation, and the ways it ends. The wire to the embedded Zoom is real."""

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


def test_a_token_is_asked_for_late_and_then_kept(world: BrokerSetup) -> None:
    connection = world.server()
    assert connection.get_cached_header() is None
    assert connection.authorize() == f"Bearer {ACCESS}-1"
    assert connection.get_cached_header() == connection.authorize() == f"Bearer {ACCESS}-1"
    assert world.zoom.token_requests == [{"grant_type": "account_credentials", "account_id": "account-1"}]
    assert world.zoom.paths == ["/oauth/token"]


def test_a_hundred_threads_make_one_request(world: BrokerSetup) -> None:
    connection = world.server()
    assert set(run_together([connection.authorize] * 100)) == {f"Bearer {ACCESS}-1"}
    assert len(world.zoom.token_requests) == 1


def test_whoever_waited_finds_the_token_in_memory(world: BrokerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    read = world.store.read

    def counted(name: str) -> StoredConnection | None:
        reads.append(name)
        return read(name)

    monkeypatch.setattr(world.store, "read", counted)
    run_together([world.server().authorize] * 50)
    assert len(reads) == 1


def test_twenty_connections_of_one_account_make_one_request(world: BrokerSetup) -> None:
    assert set(run_together([world.server().authorize for _ in range(20)])) == {f"Bearer {ACCESS}-1"}
    assert len(world.zoom.token_requests) == 1


def test_a_token_is_renewed_shortly_before_its_end(world: BrokerSetup) -> None:
    connection = world.server()
    connection.authorize()
    world.now += 3539
    assert connection.get_cached_header() == f"Bearer {ACCESS}-1"
    world.now += 1
    assert connection.get_cached_header() is None
    assert connection.authorize() == f"Bearer {ACCESS}-2"


def test_a_refused_token_is_renewed_once_for_all_who_held_it(world: BrokerSetup) -> None:
    connection = world.server()
    held = connection.authorize()
    assert set(run_together([lambda: connection.renew(held)] * 50)) == {f"Bearer {ACCESS}-2"}
    assert len(world.zoom.token_requests) == 2


def test_nobody_mints_while_the_store_has_a_newer_token(world: BrokerSetup) -> None:
    one, two = world.server(), world.server()
    held = one.authorize()
    assert two.authorize() == held
    assert two.renew(held) == f"Bearer {ACCESS}-2"
    assert one.renew(held) == f"Bearer {ACCESS}-2"
    assert len(world.zoom.token_requests) == 2


def test_a_refresh_token_rotates_and_the_new_pair_is_stored(world: BrokerSetup) -> None:
    connection = world.saved()
    assert connection.authorize() == f"Bearer {ACCESS}-1"
    assert world.row().token == Token(
        f"{ACCESS}-1",
        world.now + 3600,
        f"{REFRESH}-1",
        ("user:read:admin", "meeting:write:admin"),
        world.zoom.url,
        world.now,
    )
    world.now += 3600
    assert connection.authorize() == f"Bearer {ACCESS}-2"
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-0", f"{REFRESH}-1"]


def test_a_crash_between_store_and_use_loses_nothing(world: BrokerSetup) -> None:
    class Crash(BaseException):
        pass

    class Crashing:
        """A store whose process dies right after the write."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.store, name)

        def write(self, row: StoredConnection) -> None:
            world.store.write(row)
            raise Crash

    world.saved()
    with pytest.raises(Crash):
        world.connections(Crashing()).open("work").authorize()
    assert world.connections().open("work").authorize() == f"Bearer {ACCESS}-1"
    assert len(world.zoom.token_requests) == 1


def test_when_another_won_the_race_its_pair_is_used(world: BrokerSetup) -> None:
    connection = world.saved(refresh=f"{REFRESH}-lost")

    def other_machine(form: dict[str, str]) -> None:
        world.store.write(
            StoredConnection("work", "oauth", world.zoom.api_url, CLIENT, Token(f"{ACCESS}-theirs", None, "r"), READY)
        )

    world.zoom.before = other_machine
    assert connection.authorize() == f"Bearer {ACCESS}-theirs"
    assert len(world.zoom.token_requests) == 1
    assert world.row().state == READY


def test_when_the_winners_token_is_used_up_too_its_refresh_token_is_used(world: BrokerSetup) -> None:
    connection = world.saved(refresh=f"{REFRESH}-lost")

    def other_machine(form: dict[str, str]) -> None:
        used_up = Token(f"{ACCESS}-theirs", world.now, f"{REFRESH}-0")
        if len(world.zoom.token_requests) == 1:
            world.store.write(StoredConnection("work", "oauth", world.zoom.api_url, CLIENT, used_up, READY))

    world.zoom.before = other_machine
    assert connection.authorize() == f"Bearer {ACCESS}-2"
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-lost", f"{REFRESH}-0"]


def test_a_dead_refresh_token_stops_all_requests_until_someone_connects_again(world: BrokerSetup) -> None:
    connection = world.saved(refresh=f"{REFRESH}-dead")
    with pytest.raises(ConnectionFailed, match="Connect again") as failed:
        connection.authorize()
    assert (failed.value.reconnect, failed.value.connection) == (True, "work")
    assert world.row().state == RECONNECT_NEEDED
    for again in (connection, world.connections().open("work")):
        with pytest.raises(ConnectionFailed, match="zoom-component connect"):
            again.authorize()
    assert len(world.zoom.token_requests) == 1
    world.saved()
    assert connection.authorize() == f"Bearer {ACCESS}-2"


def test_threads_that_waited_share_a_failure(world: BrokerSetup) -> None:
    world.zoom.refuse(400, {"error": "invalid_client", "reason": "No."}, delay=0.2)
    connection = world.server()
    ends = run_together([connection.authorize] * 30)
    assert {type(end) for end in ends} == {ConnectionFailed}
    assert len({id(end) for end in ends}) == 30
    assert len(world.zoom.token_requests) < 5
    world.zoom.clear_faults()
    assert connection.authorize().startswith(f"Bearer {ACCESS}")


def test_a_wrong_secret_once_mended_works(world: BrokerSetup) -> None:
    wrong = world.connections().open_with_fields(
        "serverToServer", {**ACCOUNT, "clientSecret": "planted-wrong"}, world.zoom.api_url
    )
    with pytest.raises(ConnectionFailed, match="client secret"):
        wrong.authorize()
    assert world.server().authorize() == f"Bearer {ACCESS}-2"


def test_who_does_not_know_the_secret_does_not_get_the_shared_token(world: BrokerSetup) -> None:
    world.server().authorize()
    with pytest.raises(ConnectionFailed, match="client secret"):
        world.connections().open_with_fields(
            "serverToServer", {**ACCOUNT, "clientSecret": "planted-guess"}, world.zoom.api_url
        ).authorize()
    assert world.server().authorize() == f"Bearer {ACCESS}-1", "the one who knows it still has it"


def test_a_new_client_secret_goes_on_from_the_stored_refresh_token(world: BrokerSetup) -> None:
    seed = Token("", refresh=f"{REFRESH}-0")
    world.connections().open_with_fields("oauth", CLIENT, world.zoom.api_url, seed).authorize()
    world.zoom.change_secret("planted-new-secret")
    changed = {**CLIENT, "clientSecret": "planted-new-secret"}
    assert (
        world.connections().open_with_fields("oauth", changed, world.zoom.api_url, seed).authorize()
        == f"Bearer {ACCESS}-2"
    )
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-0", f"{REFRESH}-1"]


def test_a_shared_row_that_does_not_open_is_no_loss_where_tokens_are_minted(
    world: BrokerSetup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world.server().authorize()
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "B" * 43 + "=")
    assert world.server(EncryptedStore(tmp_path / "state")).authorize() == f"Bearer {ACCESS}-2"


def test_two_people_of_one_app_do_not_share_a_token(world: BrokerSetup) -> None:
    for who in ("ann", "bob"):
        world.zoom.grant(f"{REFRESH}-{who}")
    heads = [
        world.connections()
        .open_with_fields("oauth", CLIENT, world.zoom.api_url, Token("", refresh=f"{REFRESH}-{who}"))
        .authorize()
        for who in ("ann", "bob", "ann")
    ]
    assert heads == [f"Bearer {ACCESS}-1", f"Bearer {ACCESS}-2", f"Bearer {ACCESS}-1"]


def test_a_token_that_came_along_is_used_until_it_is_refused(world: BrokerSetup) -> None:
    seed = Token(f"{ACCESS}-seed", refresh=f"{REFRESH}-0")
    connection = world.connections().open_with_fields("oauth", CLIENT, world.zoom.api_url, seed)
    assert connection.authorize() == f"Bearer {ACCESS}-seed"
    assert world.zoom.token_requests == []
    assert connection.renew(f"Bearer {ACCESS}-seed") == f"Bearer {ACCESS}-1"
    # Another process starts with the same settings, which are old by now: the store knows better.
    later = world.connections().open_with_fields("oauth", CLIENT, world.zoom.api_url, seed)
    assert later.authorize() == f"Bearer {ACCESS}-1"
    assert len(world.zoom.token_requests) == 1


def test_a_token_that_came_along_is_tried_before_another_is_minted(world: BrokerSetup) -> None:
    stored = world.server().authorize()
    seed = Token(f"{ACCESS}-seed")
    connection = world.connections().open_with_fields("serverToServer", ACCOUNT, world.zoom.api_url, seed)
    assert connection.authorize() == stored
    assert connection.renew(stored) == f"Bearer {ACCESS}-seed"
    assert len(world.zoom.token_requests) == 1
    assert connection.renew(f"Bearer {ACCESS}-seed") == stored, "the store has another than the refused one"


def test_a_stored_connection_that_was_removed_says_so(world: BrokerSetup) -> None:
    connection = world.saved()
    world.connections().remove("work")
    with pytest.raises(ConnectionFailed, match="removed"):
        connection.authorize()
    assert world.zoom.token_requests == []


@pytest.mark.parametrize("other", [{"base_url": "EU"}, {"fields": {**CLIENT, "clientId": "app-2"}}])
def test_a_connection_that_was_saved_anew_meanwhile_does_not_mix_with_the_old(world: BrokerSetup, other: Any) -> None:
    connection = world.saved()
    given = {"fields": CLIENT, "base_url": world.zoom.api_url, **other}
    world.connections().save("work", "oauth", token=Token(f"{ACCESS}-other", None), **given)
    with pytest.raises(ConnectionFailed, match="saved anew"):
        connection.authorize()
    assert world.zoom.token_requests == []


def test_a_store_that_cannot_be_read_is_not_a_connection_that_is_gone(
    world: BrokerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(name: str) -> StoredConnection | None:
        raise StoreError("database is locked")

    connection = world.saved()
    monkeypatch.setattr(world.store, "read", locked)
    with pytest.raises(ConnectionFailed, match="cannot be read"):
        connection.authorize()
    assert world.server().authorize() == f"Bearer {ACCESS}-1"


def test_secrets_are_known_for_redaction_and_never_shown(world: BrokerSetup) -> None:
    connection = world.saved()
    held = connection.authorize()
    known = connection.get_secrets()
    assert {SECRET, f"{ACCESS}-1", f"{REFRESH}-0", f"{REFRESH}-1"} <= known
    assert any("planted" not in secret and len(secret) > 20 for secret in known), "the Basic credentials are one, too"
    assert PLANTED not in repr(connection)
    connection.renew(held)
    assert {f"{ACCESS}-1", f"{ACCESS}-2"} <= connection.get_secrets()


def test_no_error_of_any_kind_holds_a_secret(world: BrokerSetup) -> None:
    connection = world.saved(refresh=f"{REFRESH}-dead")
    said: list[str] = []
    for status, body in (
        (401, {"error": "invalid_grant", "reason": f"no {REFRESH}-dead of {SECRET}"}),
        (400, {"error": "invalid_client", "reason": f"{SECRET}"}),
        (200, {"refresh_token": f"{REFRESH}-dead", "error": f"{SECRET}"}),
        (500, {"reason": f"{REFRESH}-dead"}),
    ):
        world.saved(refresh=f"{REFRESH}-dead")
        world.zoom.refuse(status, body)
        with pytest.raises(ComponentError) as failed:
            connection.authorize()
        said += [json.dumps(failed.value.as_json()), repr(failed.value), str(failed.value)]
    assert [line for line in said if PLANTED in line] == []
