"""Test report L1: a host has one daily count under every name: `me`, the user id, the e-mail address in any case.

Zoom counts 100 creates and updates a day for a host, not for a spelling of the host:
https://github.com/cornellh4i/ithaca-recovery/issues/504 and https://developers.zoom.us/docs/api/rate-limits/
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from zoom_component import Component
from zoom_component.client.calls import SessionOptions
from zoom_component.client.session import Session
from zoom_component.client.transport.daily_quota import DailyQuota
from zoom_component.client.transport.exchange import Count
from zoom_component.errors import ComponentError, QuotaSpent
from zoom_sandbox import Sandbox

OWNER, ID = "owner@example.com", "user-id-1"
COMPONENT = Component.load()
COUNTED = SessionOptions(count_daily=True, retries=0)


@pytest.fixture
def zoom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
    with Sandbox() as running:
        yield running


@pytest.fixture
def session(zoom: Sandbox) -> Iterator[Session]:
    with open_session(zoom) as session:
        yield session


def open_session(zoom: Sandbox) -> Session:
    return COMPONENT.connect(token=zoom.issue_token(), base_url=zoom.api_url, options=COUNTED)


def create_meetings(session: Session, host: str, count: int = 1) -> int:
    """Return how many of `count` meetings are made for a host before the quota of the day is used up."""
    for made in range(count):
        try:
            session.run("createMeeting", {"userId": host, "topic": "Daily"})
        except QuotaSpent:
            return made
    return count


def read_owner_id(zoom: Sandbox) -> str:
    with COMPONENT.connect(token=zoom.issue_token(), base_url=zoom.api_url) as session:
        return str(session.run("getUser", {"userId": "me"}).data["id"])


def read_counts(folder: Path) -> list[int]:
    with closing(sqlite3.connect(folder / "counts.db")) as database:
        return [used for (used,) in database.execute("select used from counts order by used")]


def test_a_host_has_one_count_under_every_name(zoom: Sandbox, session: Session) -> None:
    user_id, before = read_owner_id(zoom), len(zoom.requests)
    assert create_meetings(session, OWNER, 100) == 100
    for name in (OWNER, OWNER.upper(), "Owner@Example.com", user_id):
        assert create_meetings(session, name) == 0, name
    assert len(zoom.requests) == before + 100
    # The first answer for `me` says who that is.
    create_meetings(session, "me")
    assert create_meetings(session, "me") == 0
    assert create_meetings(session, OWNER) == 0


def test_counts_of_several_names_are_added_up_when_an_answer_joins_them(
    zoom: Sandbox, session: Session, tmp_path: Path
) -> None:
    assert [create_meetings(session, name, 30) for name in ("me", OWNER, read_owner_id(zoom))] == [30, 30, 30]
    assert read_counts(tmp_path / "state") == [90]
    assert create_meetings(session, "me", 20) == 10


def test_reading_a_user_joins_the_names(zoom: Sandbox, session: Session) -> None:
    user_id = session.run("getUser", {"userId": "me"}).data["id"]
    assert create_meetings(session, "me", 50) == 50
    assert create_meetings(session, OWNER.upper(), 40) == 40
    assert create_meetings(session, user_id, 20) == 10


def test_a_list_of_users_joins_the_names_of_each(session: Session) -> None:
    first, second = [user for user in session.run("listUsers", {"status": "active"}).data["users"] if user["id"]][:2]
    assert create_meetings(session, first["id"], 60) + create_meetings(session, first["email"].upper(), 50) == 100
    assert create_meetings(session, second["email"]) == 1


def test_a_new_user_has_one_count(session: Session) -> None:
    inputs = {
        "action": "custCreate",
        "email": "New@example.com",
        "userType": "1",
        "firstName": "New",
        "lastName": "Doe",
    }
    user_id = session.run("createUser", inputs).data["id"]
    assert create_meetings(session, "new@example.com", 60) + create_meetings(session, user_id, 50) == 100


def test_another_session_and_the_asynchronous_one_know_what_was_learned(zoom: Sandbox, session: Session) -> None:
    assert create_meetings(session, OWNER, 99) == 99
    user_id = read_owner_id(zoom)

    async def run() -> list[str]:
        kinds = []
        connection = COMPONENT.resolve_connection(token=zoom.issue_token(), base_url=zoom.api_url)
        async with COMPONENT.aconnect(connection, options=COUNTED) as other:
            for name in ("me", "me", user_id):
                try:
                    await other.run("createMeeting", {"userId": name, "topic": "Daily"})
                except ComponentError as error:
                    kinds.append(error.kind)
        return kinds

    assert asyncio.run(run()) == ["quota_spent", "quota_spent"]
    with open_session(zoom) as third:
        assert create_meetings(third, OWNER.title()) == 0


def test_registrants_are_counted_under_one_spelling_of_their_address(tmp_path: Path) -> None:
    quota = DailyQuota(tmp_path, "one", lambda: 0.0)
    for email in ("a@example.com", "A@example.com", "a@EXAMPLE.com"):
        quota.count(Count("registrations", 3, f"5\0{email}"))
    with pytest.raises(QuotaSpent):
        quota.count(Count("registrations", 3, "5\0A@Example.Com"))
    quota.count(Count("registrations", 3, "6\0a@example.com"))


def test_names_of_one_account_are_not_those_of_another(tmp_path: Path) -> None:
    one, two = (DailyQuota(tmp_path, name, lambda: 0.0) for name in ("one", "two"))
    one.learn([(OWNER, ID)])
    for name in (OWNER, ID):
        one.count(Count("hostMeetings", 2, name))
        two.count(Count("hostMeetings", 1, name))
    with pytest.raises(QuotaSpent):
        one.count(Count("hostMeetings", 2, OWNER))


def count_under(folder: Path, name: str, times: int) -> int:
    """Return how many of `times` uses are allowed under a name, in a process of its own."""
    quota, allowed = DailyQuota(folder, "one", lambda: 0.0), 0
    for _ in range(times):
        with suppress(QuotaSpent):
            quota.learn([("me", ID), (OWNER, ID)])
            quota.count(Count("hostMeetings", 10, name))
            allowed += 1
    return allowed


def test_processes_share_the_names_and_the_count(tmp_path: Path) -> None:
    DailyQuota(tmp_path, "one", lambda: 0.0).learn([("me", ID), (OWNER, ID)])
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        allowed = pool.starmap(count_under, [(tmp_path, name, 6) for name in ("me", OWNER.upper(), ID, OWNER)])
    assert sum(allowed) == 10


def test_a_fixed_token_has_its_own_me(tmp_path: Path) -> None:
    one, two = (DailyQuota(tmp_path, "token", lambda: 0.0, me=token) for token in ("Bearer 1", "Bearer 2"))
    one.count(Count("hostMeetings", 1, "me"))
    two.count(Count("hostMeetings", 1, "me"))
    one.learn([("me", ID)])
    two.learn([("me", ID)])
    assert read_counts(tmp_path) == [2]


def test_an_address_that_moves_to_another_user_leaves_the_count_behind(tmp_path: Path) -> None:
    quota = DailyQuota(tmp_path, "one", lambda: 0.0)
    quota.learn([(OWNER, ID)])
    quota.count(Count("hostMeetings", 1, OWNER))
    quota.learn([(OWNER, "another-id")])
    quota.count(Count("hostMeetings", 1, OWNER))
    with pytest.raises(QuotaSpent):
        quota.count(Count("hostMeetings", 1, ID))


def test_names_are_stored_as_digests_and_forgotten_after_a_month(tmp_path: Path) -> None:
    DailyQuota(tmp_path, "one", lambda: 0.0).learn([(OWNER, ID)])
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert OWNER.encode() not in stored
    assert ID.encode() not in stored
    DailyQuota(tmp_path, "one", lambda: 40 * 86_400.0).learn([("b@example.com", "b")])
    with closing(sqlite3.connect(tmp_path / "counts.db")) as database:
        assert database.execute("select count(*) from people").fetchone() == (1,)
