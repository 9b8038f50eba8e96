"""Test that a forward says why there is no response, in the words of a call to Zoom.

These tests are about servers that cannot be reached or trusted.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from tests.events.listeners.conftest import NOW, make_event
from tests.support.broken_servers import Authority, answer_in_plain_text, close_silently, serve, stay_silent
from tests.support.loopback_server import find_refused_port

from zoom_component.events.inbox.protocols import Job
from zoom_component.events.listeners.forward import ForwardHandler
from zoom_component.events.listeners.listener import Retry, make_delivery


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
