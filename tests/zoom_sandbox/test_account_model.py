"""Test random histories of an account against a simple model: listings are complete and counts agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from zoom_sandbox import ManualClock, Sandbox

NOW = 1_773_140_400  # 2026-03-10T11:00:00Z
SEEDED = {"owner@example.com", "ada@example.com", "mia@example.com", "ben@example.com"}
OWNER = "owner@example.com"
ADMINISTRATORS = {OWNER, "ada@example.com"}
STATUS_BY_APPROVAL_TYPE = {0: "approved", 1: "pending"}


class AccountMachine(RuleBasedStateMachine):
    """Change an account and a model of it, and compare them."""

    people = Bundle("people")
    meetings = Bundle("meetings")
    registrants = Bundle("registrants")

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock(NOW)
        self.zoom = Sandbox(clock=self.clock)
        headers = {"authorization": f"Bearer {self.zoom.issue_token()}"}
        self.client = httpx.Client(
            transport=self.zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers
        )
        self.status = dict.fromkeys(SEEDED, "active") | {
            "ida@example.com": "inactive",
            "pia@example.com": "pending",
        }
        self.licensed = {OWNER, "ada@example.com", "mia@example.com"}
        self.topics: dict[int, str] = {}
        self.hosts: dict[int, str] = {}
        self.starts: dict[int, list[str]] = {}
        self.registered: dict[int, dict[str, str]] = {}
        self.past_uuids: dict[int, list[str]] = {}
        self.count = 0

    def teardown(self) -> None:
        self.client.close()

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.client.request(method, path, json=body, params=query)
        assert answer.is_success, (method, path, answer.text)
        return answer.json() if answer.content else None

    def list_all(self, path: str, items: str, size: int, **query: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        token = ""
        while True:
            page = self.call("GET", path, page_size=size, next_page_token=token, **query)
            rows += page[items]
            token = page["next_page_token"]
            if not token:
                assert page["total_records"] == len(rows)
                return rows

    @initialize(target=people)
    def begin(self) -> Any:
        return multiple(OWNER, "ada@example.com", "mia@example.com")

    @rule(target=people, pending=st.booleans())
    def invite(self, pending: bool) -> str:
        self.count += 1
        email = f"new{self.count}@example.com"
        action = "create" if pending else "autoCreate"
        self.call("POST", "/users", {"action": action, "user_info": {"email": email, "type": 2}})
        self.status[email] = "pending" if pending else "active"
        self.licensed.add(email)
        return email

    @rule(email=people, on=st.booleans())
    def switch(self, email: str, on: bool) -> None:
        if self.status.get(email) is None:
            return
        body = {"action": "activate" if on else "deactivate"}
        if email in ADMINISTRATORS or self.status[email] == "pending":
            assert self.client.put(f"/users/{email}/status", json=body).json()["code"] == 200
            return
        self.call("PUT", f"/users/{email}/status", body)
        self.status[email] = "active" if on else "inactive"
        if not on:
            self.licensed.discard(email)

    @rule(email=people, transfer=st.booleans())
    def remove(self, email: str, transfer: bool) -> None:
        if email == OWNER or email not in self.status:
            return
        query = {"transfer_email": OWNER, "transfer_meeting": "true"} if transfer else {}
        self.call("DELETE", f"/users/{email}", action="delete", **query)
        del self.status[email]
        for meeting in [each for each, host in self.hosts.items() if host == email]:
            if transfer:
                self.hosts[meeting] = OWNER
            else:
                self.forget(meeting)

    @rule(target=meetings, email=people, approval=st.sampled_from([0, 1]), days=st.integers(0, 9))
    def plan(self, email: str, approval: int, days: int) -> Any:
        if email not in self.status:
            return multiple()
        self.count += 1
        body: dict[str, Any] = {"topic": f"Meeting {self.count}", "settings": {"approval_type": approval}}
        if days:
            recurrence = {"type": 1, "repeat_interval": days, "end_times": 5}
            body |= {"type": 8, "start_time": "2026-04-01T09:00:00Z", "timezone": "UTC", "recurrence": recurrence}
        if self.status[email] != "active":
            assert self.client.post(f"/users/{email}/meetings", json=body).json()["code"] == 3161
            return multiple()
        meeting: int = self.call("POST", f"/users/{email}/meetings", body)["id"]
        first = datetime(2026, 4, 1, 9, tzinfo=UTC)
        self.topics[meeting], self.hosts[meeting] = body["topic"], email
        self.starts[meeting] = [
            f"{first + timedelta(days=days * index):%Y-%m-%dT%H:%M:%SZ}" for index in range(5 if days else 0)
        ]
        self.registered[meeting] = {}
        return meeting

    @rule(meeting=meetings)
    def rename(self, meeting: int) -> None:
        if meeting in self.topics:
            self.count += 1
            self.topics[meeting] = f"Meeting {self.count}"
            self.call("PATCH", f"/meetings/{meeting}", {"topic": self.topics[meeting]})

    @rule(meeting=meetings)
    def cancel(self, meeting: int) -> None:
        if meeting in self.topics:
            self.call("DELETE", f"/meetings/{meeting}")
            self.forget(meeting)

    @rule(meeting=meetings)
    def hold(self, meeting: int) -> None:
        if meeting in self.topics and self.starts[meeting]:
            self.past_uuids.setdefault(meeting, []).append(self.zoom.lifecycle.start(meeting))
            self.zoom.lifecycle.join(meeting, "Olive Owner", OWNER)
            self.zoom.lifecycle.end(meeting)
            self.clock.advance(1)

    @rule(target=registrants, meeting=meetings, number=st.integers(0, 5))
    def register(self, meeting: int, number: int) -> Any:
        if meeting not in self.topics:
            return multiple()
        email = f"guest{number}@example.org"
        person = {"email": email, "first_name": "Guest"}
        if self.hosts[meeting] not in self.licensed:
            assert self.client.post(f"/meetings/{meeting}/registrants", json=person).json()["code"] == 200
            return multiple()
        self.call("POST", f"/meetings/{meeting}/registrants", person)
        approval_type = self.call("GET", f"/meetings/{meeting}")["settings"]["approval_type"]
        self.registered[meeting].setdefault(email, STATUS_BY_APPROVAL_TYPE[approval_type])
        return (meeting, email)

    @rule(who=registrants, action=st.sampled_from(["approve", "deny"]))
    def decide(self, who: tuple[int, str], action: str) -> None:
        meeting, email = who
        if email in self.registered.get(meeting, {}) and self.hosts[meeting] in self.licensed:
            body = {"action": action, "registrants": [{"email": email}]}
            self.call("PUT", f"/meetings/{meeting}/registrants/status", body)
            self.registered[meeting][email] = {"approve": "approved", "deny": "denied"}[action]

    @rule(who=consumes(registrants))
    def withdraw(self, who: tuple[int, str]) -> None:
        meeting, email = who
        can_change = meeting in self.hosts and self.hosts[meeting] in self.licensed
        if can_change and self.registered[meeting].pop(email, False):
            body = {"action": "cancel", "registrants": [{"email": email}]}
            self.call("PUT", f"/meetings/{meeting}/registrants/status", body)

    def forget(self, meeting: int) -> None:
        del self.topics[meeting], self.hosts[meeting], self.starts[meeting], self.registered[meeting]
        self.past_uuids.pop(meeting, None)

    @rule(size=st.integers(1, 7))
    def users_agree(self, size: int) -> None:
        for status in ("active", "inactive", "pending"):
            listed = [row["email"] for row in self.list_all("/users", "users", size, status=status)]
            assert sorted(listed) == sorted(email for email, own in self.status.items() if own == status)
        assert self.call("GET", "/users/summary")["total_users_count"] == len(self.status)

    @rule(size=st.integers(1, 7))
    def meetings_agree(self, size: int) -> None:
        for email in self.status:
            rows = self.list_all(f"/users/{email}/meetings", "meetings", size, type="scheduled")
            own = {row["id"]: row["topic"] for row in rows if row["topic"].startswith("Meeting ")}
            assert own == {each: topic for each, topic in self.topics.items() if self.hosts[each] == email}

    @rule(size=st.integers(1, 3))
    def registrants_agree(self, size: int) -> None:
        for meeting, known in self.registered.items():
            for status in ("approved", "pending", "denied"):
                rows = self.list_all(f"/meetings/{meeting}/registrants", "registrants", size, status=status)
                assert sorted(row["email"] for row in rows) == sorted(e for e, own in known.items() if own == status)

    @invariant()
    def meetings_are_complete(self) -> None:
        for meeting, topic in self.topics.items():
            row = self.call("GET", f"/meetings/{meeting}")
            assert (row["topic"], row["host_email"]) == (topic, self.hosts[meeting])
            assert [each["start_time"] for each in row.get("occurrences", [])] == self.starts[meeting]

    @invariant()
    def past_instances_are_complete(self) -> None:
        for meeting, uuids in self.past_uuids.items():
            rows = self.call("GET", f"/past_meetings/{meeting}/instances")["meetings"]
            assert [row["uuid"] for row in rows] == uuids[::-1]


AccountMachine.TestCase.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
TestAccount = AccountMachine.TestCase
