"""Test what is reported where no answer arrives: one sentence, whichever client sent the request.

These tests are about servers that cannot be reached or trusted.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.broken_servers import (
    Authority,
    answer_in_plain_text,
    close_silently,
    reset,
    serve,
    stay_silent,
)
from tests.support.loopback_server import find_refused_port

from zoom_component import Component, SessionOptions
from zoom_component.client.connections.connection import StaticToken
from zoom_component.client.connections.token_endpoint import OAuthClient, TokenEndpoint, request_account_token
from zoom_component.client.network.async_connection_pool import AsyncConnectionPool
from zoom_component.client.network.connection_pool import ConnectionPool
from zoom_component.client.network.peer_certificates import record_refused_certificates
from zoom_component.client.network.request_writer import Origin
from zoom_component.errors import ComponentError, TimedOut, Unavailable

COMPONENT = Component.load()
CALL = ("getUser", {"userId": "me"})
OPTIONS = SessionOptions(timeout=0.5, retries=0)
Report = Callable[[str, ssl.SSLContext], ComponentError]


def call_sync(url: str, context: ssl.SSLContext) -> ComponentError:
    return _call(url, ConnectionPool(Origin.from_url(url), _get_context(url, context), 5))


def call_with_httpx(url: str, context: ssl.SSLContext) -> ComponentError:
    return _call(url, httpx.HTTPTransport(verify=context, trust_env=False))


def _get_context(url: str, context: ssl.SSLContext) -> ssl.SSLContext | None:
    return context if url.startswith("https:") else None


def _call(url: str, transport: Any) -> ComponentError:
    with (
        COMPONENT.connect(StaticToken("t", base_url=url), options=OPTIONS, transport=transport) as session,
        pytest.raises(ComponentError) as caught,
    ):
        session.run(*CALL)
    return caught.value


def _call_async(url: str, create: Callable[[], Any]) -> ComponentError:
    async def main() -> ComponentError:
        connection = StaticToken("t", base_url=url)
        async with COMPONENT.aconnect(connection, options=OPTIONS, transport=create()) as session:
            with pytest.raises(ComponentError) as caught:
                await session.run(*CALL)
            return caught.value

    return asyncio.run(main())


def call_with_async_httpx(url: str, context: ssl.SSLContext) -> ComponentError:
    return _call_async(url, lambda: httpx.AsyncHTTPTransport(verify=context, trust_env=False))


def call_async(url: str, context: ssl.SSLContext) -> ComponentError:
    return _call_async(url, lambda: AsyncConnectionPool(Origin.from_url(url), _get_context(url, context), 5))


def request_token(url: str, context: ssl.SSLContext) -> ComponentError:
    endpoint = TokenEndpoint(timeout=0.5, transport=httpx.HTTPTransport(verify=context, trust_env=False))
    client = OAuthClient("id", "secret-of-the-app", f"{url}/oauth/token")
    with pytest.raises(ComponentError) as caught:
        endpoint.fetch_token(request_account_token(client, "account", 0.0))
    return caught.value


@pytest.fixture(
    params=[call_sync, call_with_httpx, call_async, call_with_async_httpx, request_token],
    ids=lambda each: each.__name__,
)
def report(request: pytest.FixtureRequest) -> Report:
    sender: Report = request.param
    return sender


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.create(tmp_path, "Inspecting CA", "Example Corp")


@pytest.fixture
def strict(authority: Authority) -> ssl.SSLContext:
    """Return a context that does not trust the authority."""
    return record_refused_certificates(ssl.create_default_context())


@pytest.fixture
def trusting(authority: Authority) -> ssl.SSLContext:
    return record_refused_certificates(ssl.create_default_context(cafile=authority.file))


def check(error: ComponentError, kind: type[ComponentError], *parts: str) -> None:
    """Check an error of the network: what it says, and that it blames no base URL."""
    assert type(error) is kind
    for part in parts:
        assert part in str(error)
    assert "base URL" not in str(error)
    assert "secret" not in str(error)
    assert error.kind in ("unavailable", "timed_out")


def test_a_refused_connection(report: Report, strict: ssl.SSLContext) -> None:
    with find_refused_port() as port:
        error = report(f"https://127.0.0.1:{port}", strict)
    check(error, Unavailable, "not" if "token request" in str(error) else "nothing was sent")
    check(error, Unavailable, f"127.0.0.1, port {port}, refused the connection. Check whether a server runs there")


def test_a_name_that_is_not_resolved(report: Report, strict: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    check(report("https://api.zoom.test", strict), Unavailable, 'the host name "api.zoom.test" could not be resolved')


def test_an_authority_that_is_not_trusted_is_named(
    report: Report, strict: ssl.SSLContext, authority: Authority, tmp_path: Path
) -> None:
    with serve(stay_silent, authority.issue(tmp_path, "localhost")) as port:
        error = report(f"https://localhost:{port}", strict)
    check(
        error, Unavailable,
        'the certificate of localhost was issued by "Inspecting CA, Example Corp", which is not trusted here',
        "--ca-file or SSL_CERT_FILE (docs/network.md)",
    )  # fmt: skip


def test_a_certificate_for_another_host_names_the_hosts_it_is_for(
    report: Report, trusting: ssl.SSLContext, authority: Authority, tmp_path: Path
) -> None:
    with serve(stay_silent, authority.issue(tmp_path, "proxy.example", "*.corp.example", "10.0.0.1")) as port:
        error = report(f"https://localhost:{port}", trusting)
    names = "proxy.example, *.corp.example, 10.0.0.1"
    check(error, Unavailable, f"the certificate that came for localhost is for {names}.")


def test_an_expired_certificate_has_its_date(
    report: Report, trusting: ssl.SSLContext, authority: Authority, tmp_path: Path
) -> None:
    with serve(stay_silent, authority.issue(tmp_path, "localhost", days=-1)) as port:
        error = report(f"https://localhost:{port}", trusting)
    check(error, Unavailable, "the certificate of localhost expired on ", " GMT. Check the clock of this machine")


def test_a_certificate_that_is_valid_later_points_at_the_clock(
    report: Report, trusting: ssl.SSLContext, authority: Authority, tmp_path: Path
) -> None:
    with serve(stay_silent, authority.issue(tmp_path, "localhost", days=90)) as port:
        error = report(f"https://localhost:{port}", trusting)
    check(error, Unavailable, "the certificate of localhost is not valid yet. Check the clock of this machine")


def test_a_port_without_tls(report: Report, strict: ssl.SSLContext) -> None:
    with serve(answer_in_plain_text) as port:
        error = report(f"https://127.0.0.1:{port}", strict)
    check(error, Unavailable, f"127.0.0.1, port {port}, does not speak TLS. Use the port that serves HTTPS")


def test_a_server_that_does_not_answer(
    report: Report, trusting: ssl.SSLContext, authority: Authority, tmp_path: Path
) -> None:
    with serve(stay_silent, authority.issue(tmp_path, "localhost")) as port:
        error = report(f"https://localhost:{port}", trusting)
    check(error, TimedOut, "no complete answer arrived within 0.5 seconds")


def test_a_server_that_does_not_finish_the_handshake(report: Report, strict: ssl.SSLContext) -> None:
    with serve(stay_silent) as port:
        error = report(f"https://127.0.0.1:{port}", strict)
    check(error, Unavailable, "no connection to 127.0.0.1 was made within 0.5 seconds")


def test_a_connection_that_is_closed_without_an_answer(report: Report, strict: ssl.SSLContext) -> None:
    with serve(close_silently) as port:
        error = report(f"http://127.0.0.1:{port}", strict)
    check(error, Unavailable, "127.0.0.1 closed the connection before the answer was complete")


def test_a_connection_that_is_reset(report: Report, strict: ssl.SSLContext) -> None:
    with serve(reset) as port:
        error = report(f"http://127.0.0.1:{port}", strict)
    check(error, Unavailable, "the connection to 127.0.0.1 was reset before the answer was complete")


def test_an_answer_that_is_not_http(report: Report, strict: ssl.SSLContext) -> None:
    with serve(answer_in_plain_text) as port:
        error = report(f"http://127.0.0.1:{port}", strict)
    check(error, Unavailable, f"what 127.0.0.1, port {port}, answered is not HTTP")


@pytest.fixture(autouse=True)
def no_pool_is_left() -> Iterator[None]:
    """Let the connections that a failed handshake opened end before the next test."""
    gc.freeze()  # so that only what the test creates is looked at
    yield
    gc.collect()
    gc.unfreeze()
