"""Test the interfaces: a server in a thread, a server in the foreground, and the transport without a server."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest

from zoom_sandbox import Sandbox


def make_headers(zoom: Sandbox) -> dict[str, str]:
    return {"authorization": f"Bearer {zoom.issue_token()}"}


def test_a_client_can_call_the_server() -> None:
    with Sandbox() as zoom, httpx.Client(base_url=zoom.api_url, headers=make_headers(zoom)) as client:
        made = client.post("/users/me/meetings", json={"topic": "Daily Meeting"})
        assert made.status_code == 201
        answer = client.get(f"/meetings/{made.json()['id']}")
        assert answer.json()["topic"] == "Daily Meeting"
        assert answer.headers["content-type"] == "application/json;charset=UTF-8"
        deletion = client.delete(f"/meetings/{made.json()['id']}")
        assert (deletion.status_code, deletion.content) == (204, b"")
        assert "content-type" not in deletion.headers


def test_the_server_starts_quickly_and_leaves_no_thread_and_no_port() -> None:
    with Sandbox():
        pass  # so that the imports are not measured
    began = time.perf_counter()
    with Sandbox() as zoom:
        assert time.perf_counter() - began < 0.15
        port = int(zoom.url.rpartition(":")[2])
    assert not [thread for thread in threading.enumerate() if thread.name == "sandbox-server"]
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_port_that_is_taken_is_an_error() -> None:
    with Sandbox() as zoom:
        port = int(zoom.url.rpartition(":")[2])
        with pytest.raises(OSError, match=r"[Aa]ddress already in use"), Sandbox(port=port):
            pass


def test_without_a_server_there_is_no_address() -> None:
    with pytest.raises(RuntimeError, match="until its server runs"):
        _ = Sandbox().url


def test_the_state_outlives_the_server() -> None:
    zoom = Sandbox()
    with zoom:
        made = httpx.post(f"{zoom.api_url}/users/me/meetings", json={}, headers=make_headers(zoom)).json()
    with zoom:
        answer = httpx.get(f"{zoom.api_url}/meetings/{made['id']}", headers=make_headers(zoom))
    assert answer.json()["uuid"] == made["uuid"]


def test_a_dropped_connection_is_closed() -> None:
    with Sandbox() as zoom, httpx.Client(base_url=zoom.api_url, headers=make_headers(zoom)) as client:
        zoom.add_fault("GET", "/users/{userId}", drop=True, calls=[1])
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            client.get("/users/me")
        assert client.get("/users/me").status_code == 200


def test_a_delayed_answer_does_not_delay_others() -> None:
    with Sandbox() as zoom, httpx.Client(base_url=zoom.api_url, headers=make_headers(zoom)) as client:
        zoom.add_fault("GET", "/users/{userId}", delay=5.0)
        with pytest.raises(httpx.TimeoutException):
            client.get("/users/me", timeout=0.02)
        assert client.get("/users").status_code == 200


def test_a_transport_needs_no_socket_sync_or_async() -> None:
    zoom = Sandbox()

    async def get_status() -> int:
        async with httpx.AsyncClient(transport=zoom.create_transport(), headers=make_headers(zoom)) as client:
            return (await client.get("https://api.zoom.us/v2/users/me")).status_code

    with httpx.Client(transport=zoom.create_transport(), headers=make_headers(zoom)) as client:
        assert client.get("https://api.zoom.us/v2/users/me").status_code == 200
        zoom.add_fault(drop=True)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("https://api.zoom.us/v2/users/me")
    zoom.clear_faults()
    assert asyncio.run(get_status()) == 200


def test_many_threads_share_one_account() -> None:
    with Sandbox() as zoom:
        headers = make_headers(zoom)

        def create_meetings() -> None:
            with httpx.Client(base_url=zoom.api_url, headers=headers) as client:
                for _ in range(5):
                    assert client.post("/users/me/meetings", json={}).status_code == 201

        threads = [threading.Thread(target=create_meetings) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        total = httpx.get(f"{zoom.api_url}/users/me/meetings", headers=headers).json()["total_records"]
    assert total == 20


def test_a_server_in_the_foreground_reports_its_address_and_stops_at_an_interrupt() -> None:
    program = (
        "from zoom_sandbox.http_server import serve_forever; serve_forever(on_ready=lambda url: print(url, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/v2/users/me").status_code == 401
        process.send_signal(signal.SIGINT)
        out, problems = process.communicate(timeout=10)
    assert out == ""
    assert problems == "" or problems.rstrip().endswith("KeyboardInterrupt")


def test_a_large_account_is_created_quickly() -> None:
    began = time.perf_counter()
    zoom = Sandbox(users=30_000)
    assert time.perf_counter() - began < 2.0
    with httpx.Client(transport=zoom.create_transport(), headers=make_headers(zoom)) as client:
        page = client.get("http://zoom.test/v2/users", params={"page_size": 2000}).json()
    assert page["total_records"] == 30_004
    assert len({user["id"] for user in page["users"]}) == 2000


def test_a_run_with_the_same_seed_is_the_same() -> None:
    def run(seed: int) -> list[object]:
        zoom = Sandbox(random_seed=seed)
        with httpx.Client(transport=zoom.create_transport(), headers=make_headers(zoom)) as client:
            made = client.post("http://zoom.test/v2/users/me/meetings", json={}).json()
        return [made["id"], made["uuid"], made["password"]]

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_recorded_requests_hold_no_secret(sandbox: Sandbox) -> None:
    with httpx.Client(transport=sandbox.create_transport(), headers=make_headers(sandbox)) as client:
        client.post("http://zoom.test/v2/users/me/meetings", params={"a": "1"}, json={"topic": "X"})
        form = {"grant_type": "refresh_token", "refresh_token": "MARKED", "client_secret": "MARKED"}
        client.post("http://zoom.test/oauth/token", data=form)
    meeting, token = sandbox.requests
    assert (meeting.method, meeting.path, meeting.query) == ("POST", "/v2/users/me/meetings", (("a", "1"),))
    assert meeting.json() == {"topic": "X"}
    assert "authorization" not in meeting.headers
    assert b"grant_type=refresh_token" in token.body
    assert b"MARKED" not in token.body
