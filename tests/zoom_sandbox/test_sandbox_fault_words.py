"""Faults in words, as a file and the admin API have them: which call, by what chance, and what goes wrong."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.zoom_sandbox.conftest import NOW

from zoom_sandbox import ManualClock, Sandbox, SandboxInputError

Row = dict[str, Any]


def broken(*rows: Row, **more: Any) -> httpx.Client:
    """A client of an account with these faults."""
    zoom = Sandbox(clock=ManualClock(NOW), faults=list(rows), **more)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    return httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers)


def statuses(client: httpx.Client, count: int, path: str = "/users/me") -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("calls", "hit"), [(2, [2]), ([1, 3], [1, 3]), ("2-4", [2, 3, 4]), (["1-2", 5], [1, 2, 5]), (None, [1, 2, 3, 4, 5])]
)
def test_the_calls_that_are_hit(calls: Any, hit: list[int]) -> None:
    row: Row = {"on": "GET /users/{userId}", "status": 503}
    client = broken(row if calls is None else {**row, "calls": calls})
    assert [at for at, status in enumerate(statuses(client, 5), 1) if status == 503] == hit


def test_a_share_of_the_calls_is_hit_the_same_ones_each_time() -> None:
    row = {"status": 500, "probability": 0.3}
    first, again, other = (statuses(broken({**row, "seed": seed}), 200) for seed in (1, 1, 2))
    assert first == again != other
    assert 30 <= first.count(500) <= 90


def test_too_many_requests_in_each_form_of_retry_after() -> None:
    forms: list[Row] = [{"retry_after": 3}, {"retry_after": 3, "retry_form": "date"}]
    forms += [{"retry_after": 3, "retry_form": "timestamp"}, {}]
    client = broken(*({"status": 429, "calls": at, **form} for at, form in enumerate(forms, 1)))
    seconds, date, timestamp, none = (client.get("/users/me").headers.get("retry-after") for _ in range(4))
    assert seconds == "3"
    assert date is not None
    assert parsedate_to_datetime(date).timestamp() == NOW + 3
    assert timestamp == "2026-03-10T11:00:03Z"
    assert none is None


def test_html_with_200() -> None:
    answer = broken({"on": "GET /users", "html": True}).get("/users")
    assert (answer.status_code, answer.text[:15]) == (200, "<!doctype html>")
    assert answer.headers["content-type"].startswith("text/html")


def test_zooms_own_answer_cut_in_half() -> None:
    client = broken({"on": "GET /users", "truncate": True, "calls": 1})
    cut, whole = client.get("/users"), client.get("/users")
    assert (cut.status_code, whole.text[: len(cut.text)]) == (200, cut.text)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        cut.json()


def test_the_same_page_token_again() -> None:
    client = broken({"on": "GET /users", "repeat_page": True})
    token = client.get("/users", params={"page_size": 1}).json()["next_page_token"]
    again = client.get("/users", params={"page_size": 1, "next_page_token": token}).json()
    assert token
    assert again["next_page_token"] == token


def test_a_token_that_is_revoked_in_mid_run() -> None:
    client = broken({"revoke": True, "calls": 3})
    assert statuses(client, 4) == [200, 200, 401, 401]
    assert client.get("/users/me").json()["code"] == 124


def test_a_dropped_connection_and_a_delay() -> None:
    client = broken({"drop": True, "calls": 1}, {"delay": 0.001, "calls": 2})
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/users/me")
    assert client.get("/users/me").status_code == 200


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"on": "GET /user", "status": 500}, "No operation has the path /user."),
        ({"on": "FETCH /users", "status": 500}, "FETCH is no method"),
        ({"on": "GET /users"}, "does nothing; give one of status"),
        ({"stauts": 500}, "there is no 'stauts'; is 'status' meant?"),
        ({"status": 99}, "status is 99; expected is a status from 100 to 599"),
        ({"status": 500, "calls": "first"}, "calls is 'first'; expected is a number"),
        ({"status": 500, "probability": 30}, "expected is a number from 0 to 1"),
        ({"status": 429, "retry_after": 1, "retry_form": "hours"}, "one of seconds, date, timestamp"),
        ("GET /users", "a mapping is expected"),
        ({"webhook": "meting.*", "copies": 2}, "faults[1]: No event fits 'meting.*'"),
        ({"webhook": "meeting.*", "copies": -1}, "faults[1]: copies is -1; expected is a whole number"),
        ({"webhook": "meeting.*"}, "faults[1]: it does nothing; give copies"),
        ({"webhook": "meeting.*", "copies": 2, "status": 503}, "faults[1]: there is no 'status'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(row: Any, said: str) -> None:
    with pytest.raises(SandboxInputError) as caught:
        Sandbox(faults=[{"status": 500}, row])
    assert all(sentence.startswith("faults[1]") for sentence in caught.value.messages)
    assert said in str(caught.value)


def test_a_file_of_faults_and_one_that_is_none(tmp_path: Path) -> None:
    good, bad = tmp_path / "faults.yaml", tmp_path / "bad.yaml"
    good.write_text('- on: "GET /users/{userId}"\n  status: 502\n  calls: 1\n')
    zoom = Sandbox(faults=good)
    with httpx.Client(
        transport=zoom.create_transport(), headers={"authorization": f"Bearer {zoom.issue_token()}"}
    ) as client:
        assert client.get("http://zoom.test/v2/users/me").status_code == 502
    bad.write_text("- status: 500\n  status: 501\n")
    with pytest.raises(SandboxInputError, match=r"bad.yaml: line 2: 'status' is there already"):
        Sandbox(faults=bad)
    with pytest.raises(SandboxInputError, match=r"none.yaml cannot be read: no such file"):
        Sandbox(faults=tmp_path / "none.yaml")


def test_python_has_the_same_words(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.add_fault("GET", "/users", repeat_page=True, probability=1.0)
    token = client.get("/users", params={"page_size": 1}).json()["next_page_token"]
    again = client.get("/users", params={"page_size": 1, "next_page_token": token}).json()
    assert again["next_page_token"] == token
    with pytest.raises(ValueError, match="a number from 0 to 1"):
        sandbox.add_fault(status=500, probability=2)
    with pytest.raises(ValueError, match="the forms are seconds"):
        sandbox.add_fault(status=500, retry_form="hours")
