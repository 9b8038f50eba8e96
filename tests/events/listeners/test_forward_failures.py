"""Test that a forward says why there is no response, in the words of a call to Zoom.

These tests are about servers that cannot be reached or trusted.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from tests.events.listeners.conftest import NOW, make_event
from tests.support.broken_servers import (
    DRIPS,
    Authority,
    answer_in_plain_text,
    close_silently,
    drip,
    serve,
    stay_silent,
)
from tests.support.loopback_server import find_refused_port

from zoom_component.events.inbox.protocols import Job
from zoom_component.events.listeners.forward import ForwardHandler
from zoom_component.events.listeners.listener import Reject, Retry, make_delivery


def explain(url: str, timeout: float = 5.0) -> str:
    delivery = make_delivery(Job(7, "one", 1, NOW + 30, make_event(1)))
    with pytest.raises(Retry) as caught:
        ForwardHandler(url, "a-signing-secret").handle(delivery, timeout)
    return str(caught.value)


def test_a_refused_connection() -> None:
    with find_refused_port() as port:
        assert f"127.0.0.1, port {port}, refused the connection" in explain(f"https://127.0.0.1:{port}/events")


def test_a_name_that_is_not_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert 'the host name "hooks.example" could not be resolved' in explain("https://hooks.example/events")


def test_an_authority_that_is_not_trusted_is_named(tmp_path: Path) -> None:
    context = Authority.create(tmp_path, "Inspecting CA").issue(tmp_path, "localhost")
    with serve(stay_silent, context) as port:
        text = explain(f"https://localhost:{port}/events")
    assert 'the certificate of localhost was issued by "Inspecting CA", which is not trusted here' in text


def test_a_silent_server_and_one_that_closes_or_does_not_speak_the_protocol() -> None:
    with serve(stay_silent) as port:
        assert "no complete answer arrived within 0.2 seconds" in explain(f"http://127.0.0.1:{port}/", 0.2)
        assert "no connection to 127.0.0.1 was made within 0.2 seconds" in explain(f"https://127.0.0.1:{port}/", 0.2)
    with serve(close_silently) as port:
        # Closed or reset: it depends on whether the body had been read.
        assert "before the answer was complete" in explain(f"http://127.0.0.1:{port}/")
    with serve(answer_in_plain_text) as port:
        assert f"what 127.0.0.1, port {port}, answered is not HTTP" in explain(f"http://127.0.0.1:{port}/")
        assert f"127.0.0.1, port {port}, does not speak TLS" in explain(f"https://127.0.0.1:{port}/")


@pytest.mark.parametrize("where", DRIPS)
def test_a_target_that_drips_is_given_up_in_time(where: str) -> None:
    """Limit the whole answer: a thread that waits for each byte would be gone for good."""
    with serve(drip(*DRIPS[where])) as port:
        assert "no complete answer arrived within 0.3 seconds" in explain(f"http://127.0.0.1:{port}/events", 0.3)


def test_a_target_that_drips_its_tls_handshake_is_given_up_in_time() -> None:
    with serve(drip(b"\x16\x03\x03\x0f\xff", b"\x02" * 100)) as port:
        text = explain(f"https://127.0.0.1:{port}/events", 0.3)
    assert "no connection to 127.0.0.1 was made within 0.3 seconds" in text


def test_a_target_that_does_not_read_is_given_up_in_time() -> None:
    event = make_event(1, topic="x" * 16_000_000)  # more than the buffers of both sockets hold
    delivery = make_delivery(Job(7, "one", 1, NOW + 30, event))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        handler = ForwardHandler(f"http://127.0.0.1:{listener.getsockname()[1]}/", "a-signing-secret")
        with pytest.raises(Retry, match=r"within 0\.3 seconds"):
            handler.handle(delivery, 0.3)


def test_a_refusal_that_closes_the_connection_is_a_refusal() -> None:
    """Read the answer to its end, although http.client closes its socket first."""

    def refuse(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 410 Gone\r\nconnection: close\r\n\r\nno such ")
        connection.sendall(b"hook")

    delivery = make_delivery(Job(7, "one", 1, NOW + 30, make_event(1)))
    with serve(refuse) as port, pytest.raises(Reject, match="got status 410: no such hook"):
        ForwardHandler(f"http://127.0.0.1:{port}/", "a-signing-secret").handle(delivery, 5.0)
