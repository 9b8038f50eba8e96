"""Test the fields of faults in files: which calls a fault hits, and what goes wrong."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.zoom_sandbox.conftest import NOW

from zoom_sandbox import ManualClock, Sandbox, SandboxInputError

Row = dict[str, Any]


def create_client(*rows: Row, **options: Any) -> httpx.Client:
    """Return a client of an account with these faults."""
    zoom = Sandbox(clock=ManualClock(NOW), faults=list(rows), **options)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    return httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers)


def get_statuses(client: httpx.Client, count: int, path: str = "/users/me") -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("calls", "hit"), [(2, [2]), ([1, 3], [1, 3]), ("2-4", [2, 3, 4]), (["1-2", 5], [1, 2, 5]), (None, [1, 2, 3, 4, 5])]
)
def test_calls_selects_the_calls_to_hit(calls: Any, hit: list[int]) -> None:
    row: Row = {"method": "GET", "path": "/users/{userId}", "status": 503}
    client = create_client(row if calls is None else {**row, "calls": calls})
    assert [at for at, status in enumerate(get_statuses(client, 5), 1) if status == 503] == hit


def test_probability_hits_the_same_share_of_the_calls_each_time() -> None:
    row = {"status": 500, "probability": 0.3}
    first, again, other = (get_statuses(create_client({**row, "random_seed": seed}), 200) for seed in (1, 1, 2))
    assert first == again != other
    assert 30 <= first.count(500) <= 90


def test_retry_after_is_sent_in_each_format() -> None:
    formats: list[Row] = [{"retry_after": 3}, {"retry_after": 3, "retry_after_format": "date"}]
    formats += [{"retry_after": 3, "retry_after_format": "timestamp"}, {}]
    client = create_client(*({"status": 429, "calls": at, **row} for at, row in enumerate(formats, 1)))
    seconds, date, timestamp, none = (client.get("/users/me").headers.get("retry-after") for _ in range(4))
    assert seconds == "3"
    assert date is not None
    assert parsedate_to_datetime(date).timestamp() == NOW + 3
    assert timestamp == "2026-03-10T11:00:03Z"
    assert none is None


def test_html_answers_200_with_a_page() -> None:
    answer = create_client({"method": "GET", "path": "/users", "html": True}).get("/users")
    assert (answer.status_code, answer.text[:15]) == (200, "<!doctype html>")
    assert answer.headers["content-type"].startswith("text/html")


def test_truncate_sends_half_of_the_answer() -> None:
    client = create_client({"method": "GET", "path": "/users", "truncate": True, "calls": 1})
    cut, whole = client.get("/users"), client.get("/users")
    assert (cut.status_code, whole.text[: len(cut.text)]) == (200, cut.text)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        cut.json()


def test_repeat_page_returns_the_same_page_token() -> None:
    client = create_client({"method": "GET", "path": "/users", "repeat_page": True})
    token = client.get("/users", params={"page_size": 1}).json()["next_page_token"]
    again = client.get("/users", params={"page_size": 1, "next_page_token": token}).json()
    assert token
    assert again["next_page_token"] == token


def test_revoke_token_revokes_the_token_of_the_call() -> None:
    client = create_client({"revoke_token": True, "calls": 3})
    assert get_statuses(client, 4) == [200, 200, 401, 401]
    assert client.get("/users/me").json()["code"] == 124


def test_drop_and_delay() -> None:
    client = create_client({"drop": True, "calls": 1}, {"delay": 0.001, "calls": 2})
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/users/me")
    assert client.get("/users/me").status_code == 200


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"path": "/user", "status": 500}, 'faults[1].path: no operation has the path "/user"; did you mean "/users"?'),
        ({"method": "FETCH", "status": 500}, "faults[1].method: expected one of GET, POST"),
        ({"method": "GET"}, "faults[1]: the fault has no effect; add one of status"),
        ({"stauts": 500}, 'faults[1].stauts: unknown field; did you mean "status"?'),
        ({"status": 99}, "faults[1].status: expected an HTTP status from 100 to 599, got 99"),
        ({"status": 500, "calls": "first"}, "faults[1].calls: expected an integer"),
        ({"status": 500, "probability": 30}, "faults[1].probability: expected a number from 0 to 1, got 30"),
        ({"status": 429, "retry_after": 1, "retry_after_format": "hours"}, "one of seconds, date, timestamp"),
        ("GET /users", "faults[1]: expected a mapping"),
        ({"event": "meting.*", "copies": 2}, "faults[1].event: expected the name or the pattern of an event"),
        ({"event": "meeting.*", "copies": -1}, "faults[1].copies: expected an integer from 0 to 1000"),
        ({"event": "meeting.*"}, "faults[1]: the fault has no effect; add copies"),
        ({"event": "meeting.*", "copies": 2, "status": 503}, "faults[1].status: unknown field"),
    ],
)
def test_an_invalid_fault_is_reported_with_its_place(row: Any, message: str) -> None:
    with pytest.raises(SandboxInputError) as caught:
        Sandbox(faults=[{"status": 500}, row])
    assert all(each.startswith("faults[1]") for each in caught.value.messages)
    assert message in str(caught.value)


def test_faults_are_read_from_a_file(tmp_path: Path) -> None:
    good, bad = tmp_path / "faults.yaml", tmp_path / "bad.yaml"
    good.write_text('- method: GET\n  path: "/users/{userId}"\n  status: 502\n  calls: 1\n')
    zoom = Sandbox(faults=good)
    with httpx.Client(
        transport=zoom.create_transport(), headers={"authorization": f"Bearer {zoom.issue_token()}"}
    ) as client:
        assert client.get("http://zoom.test/v2/users/me").status_code == 502
    bad.write_text("- status: 500\n  status: 501\n")
    with pytest.raises(SandboxInputError, match=r'bad.yaml: line 2: the key "status" is repeated'):
        Sandbox(faults=bad)
    with pytest.raises(SandboxInputError, match=r"none.yaml: cannot read the file: no such file"):
        Sandbox(faults=tmp_path / "none.yaml")


def test_python_has_the_same_fields(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.add_fault("GET", "/users", repeat_page=True, probability=1.0)
    token = client.get("/users", params={"page_size": 1}).json()["next_page_token"]
    again = client.get("/users", params={"page_size": 1, "next_page_token": token}).json()
    assert again["next_page_token"] == token
    with pytest.raises(ValueError, match="probability: expected a number from 0 to 1, got 2"):
        sandbox.add_fault(status=500, probability=2)
    with pytest.raises(ValueError, match="expected one of seconds, date, timestamp"):
        sandbox.add_fault(status=500, retry_after_format="hours")
