"""Test that a forward goes through the proxy, and which certificates it trusts.

No sandbox: a forward goes to a receiver, and some proxies of these tests are wrong.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.events.listeners.conftest import NOW, make_event
from tests.support.broken_servers import DRIPS, drip, serve
from tests.support.network_world import KINDS, NetworkWorld, open_network_world
from tests.support.proxies import HttpProxy, SocksProxy
from tests.support.tls_zoom import TlsServer
from tests.support.webhook_receiver import SECRET, WebhookReceiver

from zoom_component.client.network.settings import NetworkSettings
from zoom_component.events.inbox.protocols import Job
from zoom_component.events.listeners import Delivery, Retry
from zoom_component.events.listeners.forward import ForwardHandler
from zoom_component.events.listeners.listener import make_delivery
from zoom_component.events.listeners.parsing import load_listeners

URL = "https://crm.test/hooks?of=tests"


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as running:
        yield running


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path: Path, receiver: WebhookReceiver) -> Iterator[NetworkWorld]:
    """Provide a receiver of forwards behind TLS, whose name only the proxy knows."""
    with open_network_world(tmp_path, request.param) as opened:
        inner = urlsplit(receiver.url).port or 0
        with TlsServer(opened.authority.create_context("crm.test"), inner) as server:
            opened.hosts["crm.test"] = server.port
            yield opened


def delivery(attempt: int = 1, **thing: Any) -> Delivery:
    return make_delivery(Job(7, "one", attempt, NOW + 30, make_event(1, **thing)))


def forward(network: NetworkSettings | None = None, url: str = URL, timeout: float = 10) -> None:
    ForwardHandler(url, SECRET, lambda: NOW, network).handle(delivery(), timeout)


def test_a_forward_uses_the_environment(
    world: NetworkWorld, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in world.environ.items():
        monkeypatch.setenv(name, value)
    forward()
    assert [(each.raw, each.path) for each in receiver.accepted] == [(make_event(1).body, "/hooks?of=tests")]
    assert receiver.accepted[0].headers["host"] == "crm.test"
    assert not [name for name in receiver.accepted[0].headers if name.startswith("proxy-")]
    world.assert_nothing_leaked()


def test_a_forward_uses_the_options(world: NetworkWorld, receiver: WebhookReceiver) -> None:
    forward(NetworkSettings(world.proxy_url, str(world.authority.file)))
    assert len(receiver.accepted) == 1
    world.assert_nothing_leaked()


def test_a_listener_of_a_file_gets_the_options(world: NetworkWorld, receiver: WebhookReceiver, tmp_path: Path) -> None:
    file = tmp_path / "listeners.yaml"
    file.write_text(f"listeners:\n  crm: {{events: [meeting.*], forward: '{URL}', secret: {{env: CRM_SECRET}}}}\n")
    settings = NetworkSettings(world.proxy_url, str(world.authority.file))
    [listener] = load_listeners(file, environ={"CRM_SECRET": SECRET}, network=settings)
    listener.handler.handle(delivery(), 10)
    assert receiver.rejected == []
    assert world.proxy.targets == [("crm.test", 443)]


def test_nothing_arrives_without_the_proxy_or_the_authority(world: NetworkWorld, receiver: WebhookReceiver) -> None:
    for network in (NetworkSettings(ca_file=str(world.authority.file)), NetworkSettings(world.proxy_url)):
        with pytest.raises(Retry):
            forward(network)
    assert receiver.accepted == receiver.rejected == []


def test_no_proxy_holds_for_a_forward(world: NetworkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "crm.test")
    with pytest.raises(Retry):
        forward(NetworkSettings(world.proxy_url, str(world.authority.file)))
    assert world.proxy.targets == []


@pytest.mark.parametrize("credentials", [None, ("anna", "secret")])
def test_a_plain_forward_is_passed_on_by_an_http_proxy(
    receiver: WebhookReceiver, credentials: tuple[str, str] | None
) -> None:
    """Pass on http://, which `allowHttp: true` allows."""
    with HttpProxy({"crm.test": urlsplit(receiver.url).port or 0}, credentials) as proxy:
        user = "anna:secret@" if credentials else ""
        network = NetworkSettings(f"http://{user}127.0.0.1:{proxy.port}")
        forward(network, "http://crm.test/hooks?of=tests")
    [got] = receiver.accepted
    assert (got.path, got.headers["host"]) == ("/hooks?of=tests", "crm.test")
    assert bytes(proxy.seen).startswith(b"POST http://crm.test/hooks?of=tests HTTP/1.1\r\n")


def test_a_plain_forward_goes_through_a_socks_proxy(receiver: WebhookReceiver) -> None:
    with SocksProxy({"crm.test": urlsplit(receiver.url).port or 0}) as proxy:
        forward(NetworkSettings(proxy.url), "http://crm.test/hooks?of=tests")
    assert len(receiver.accepted) == 1
    assert proxy.targets == [("crm.test", 80)]


def test_a_refusal_of_the_proxy_is_retried_and_shows_no_password(world: NetworkWorld) -> None:
    scheme = world.proxy_url.partition(":")[0]
    wrong = f"{scheme}://anna:wrong-password@127.0.0.1:{world.proxy.port}"
    with pytest.raises(Retry) as caught:
        forward(NetworkSettings(wrong, str(world.authority.file)), "https://unknown.test/")
    assert "wrong-password" not in str(caught.value)


@pytest.mark.parametrize("answer", [b"", b"\x00" * 600, b"SSH-2.0-OpenSSH_9.6\r\n\r\n", b"HTTP/1.1 \r\n\r\n"])
@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_that_speaks_something_else_is_retried(scheme: str, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(10_000)
                client.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(Retry):
            forward(NetworkSettings(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"))
        thread.join()


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_silent_proxy_is_given_up_in_time(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(Retry, match=r"0\.2 second"):
        forward(NetworkSettings(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"), timeout=0.2)


def answer_and_close(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 4\r\n\r\nlate")


def test_a_refusal_behind_a_proxy_is_read_to_its_end(world: NetworkWorld) -> None:
    network = NetworkSettings(world.proxy_url, str(world.authority.file))
    with serve(answer_and_close) as port, TlsServer(world.authority.create_context("busy.test"), port) as server:
        world.hosts["busy.test"] = server.port
        with pytest.raises(Retry, match="got status 503: late"):
            forward(network, "https://busy.test/")


def test_a_target_that_drips_behind_a_proxy_is_given_up_in_time(world: NetworkWorld) -> None:
    network = NetworkSettings(world.proxy_url, str(world.authority.file))
    with serve(drip(*DRIPS["body"])) as port, TlsServer(world.authority.create_context("drip.test"), port) as server:
        world.hosts["drip.test"] = server.port
        with pytest.raises(Retry, match=r"within 0\.8 seconds"):
            forward(network, "https://drip.test/", timeout=0.8)


def test_a_wrong_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "ftp://anna:secret@proxy")
    with pytest.raises(Retry, match="HTTPS_PROXY: expected http, https or socks5") as caught:
        forward()
    assert "secret" not in str(caught.value)
