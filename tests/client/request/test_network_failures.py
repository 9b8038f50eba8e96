"""Test how exceptions become causes, and causes become sentences.

Exceptions are raised by hand; tests/client/transport/test_network_failures.py has those of real servers.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.datastructures import Headers
from websockets.exceptions import InvalidProxyStatus
from websockets.http11 import Response

from zoom_component.client.request.network_failures import (
    Destination,
    NetworkFailure,
    describe_failure,
    explain_failure,
    find_failure,
)

ZOOM = Destination("api.zoom.us", 443, timeout=30.0)
BEHIND_PROXY = ZOOM._replace(proxy="proxy.corp.example:3128")


def chain(*errors: Exception) -> Exception:
    """Return the first error, raised from the second, and so on."""
    for error, cause in pairwise(errors):
        error.__cause__ = cause
    return errors[0]


def refuse_certificate(code: int, certificate: dict[str, Any] | None = None) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "some reason"
    if certificate is not None:
        error.peer_certificate = certificate  # type: ignore[attr-defined]
    return error


def fail_tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] failed")
    error.reason = reason
    return error


CORP = {"issuer": ((("organizationName", "Corp"),), (("commonName", "Corp Inspecting CA"),))}
CASES: Sequence[tuple[Exception, str, str]] = (
    (
        chain(httpx.ConnectError(""), socket.gaierror(-2, "Name or service not known")),
        "name",
        '"api.zoom.us" could not',
    ),
    (chain(httpx.ConnectError(""), ConnectionRefusedError(111, "Connection refused")), "refused", "port 443, refused"),
    (OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 9)"), "refused", "refused the connection"),
    (OSError(errno.ENETUNREACH, "Network is unreachable"), "unreachable", "cannot be reached from this network"),
    (OSError(errno.EHOSTUNREACH, "No route to host"), "unreachable", "cannot be reached from this network"),
    (PermissionError(errno.EACCES, "Permission denied"), "not_allowed", "this machine does not allow a connection"),
    (httpx.ConnectTimeout("timed out"), "connect_timeout", "no connection to api.zoom.us was made within 30 seconds"),
    (chain(httpx.ConnectError(""), TimeoutError(errno.ETIMEDOUT, "timed out")), "connect_timeout", "was made within"),
    (httpx.ReadTimeout("timed out"), "answer_timeout", "no complete answer arrived within 30 seconds"),
    (TimeoutError(), "answer_timeout", "no complete answer arrived"),
    (httpx.PoolTimeout("x"), "pool_timeout", "became free within 30 seconds. Run fewer calls"),
    (httpx.ProxyError("407 Proxy Authentication Required"), "proxy_credentials", "the proxy wants credentials (407)"),
    (httpx.ProxyError("403 Forbidden"), "proxy_refused", "the proxy refuses to connect to api.zoom.us (403)"),
    (OSError("Tunnel connection failed: 407 Proxy Auth"), "proxy_credentials", "http://USER:PASSWORD@HOST:PORT"),
    (OSError("Tunnel connection failed: 502 Bad Gateway"), "proxy_refused", "(502)"),
    (httpx.ProxyError("Invalid username/password"), "proxy_credentials", "the proxy wants credentials"),
    (InvalidProxyStatus(Response(407, "x", Headers())), "proxy_credentials", "wants credentials (407)"),
    (refuse_certificate(20, CORP), "certificate_untrusted", 'issued by "Corp Inspecting CA", which is not trusted'),
    (refuse_certificate(19), "certificate_untrusted", "issued by an authority, which is not trusted here"),
    (
        refuse_certificate(10, {"notAfter": "Jan  1 00:00:00 2020 GMT"}),
        "certificate_expired",
        "on Jan  1 00:00:00 2020",
    ),
    (refuse_certificate(62, {"subjectAltName": (("DNS", "a.example"),)}), "certificate_name", "is for a.example."),
    (refuse_certificate(62), "certificate_name", "is for other names."),
    (refuse_certificate(23), "certificate_invalid", "is not valid (some reason)"),
    (fail_tls("WRONG_VERSION_NUMBER"), "tls_to_plain", "api.zoom.us, port 443, does not speak TLS"),
    (
        fail_tls("TLSV1_ALERT_PROTOCOL_VERSION"),
        "tls",
        "no TLS connection with api.zoom.us could be agreed (tlsv1 alert",
    ),
    (chain(httpx.ReadError(""), ConnectionResetError(104, "reset by peer")), "reset", "was reset before the answer"),
    (BrokenPipeError(errno.EPIPE, "Broken pipe"), "reset", "was reset before the answer"),
    (httpx.RemoteProtocolError("Server disconnected without sending a response."), "closed", "closed the connection"),
    (httpx.RemoteProtocolError("illegal status line"), "not_http", "answered is not HTTP"),
    (ValueError("odd"), "unknown", "the connection to api.zoom.us failed (ValueError)"),
)


@pytest.mark.parametrize(("error", "kind", "part"), CASES)
def test_an_exception_becomes_a_cause_and_a_sentence(error: Exception, kind: str, part: str) -> None:
    assert find_failure(error).kind == kind
    text = explain_failure(error, ZOOM)
    assert part in text
    assert "base URL" not in text
    assert not text.endswith(".")


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (socket.gaierror(-2, "x"), "the name of the proxy proxy.corp.example:3128 could not be resolved"),
        (ConnectionRefusedError(111, "x"), "the proxy proxy.corp.example:3128 refused the connection"),
        (OSError(errno.ENETUNREACH, "x"), "the proxy proxy.corp.example:3128 cannot be reached"),
        (httpx.ConnectTimeout("x"), "no connection to the proxy proxy.corp.example:3128 was made within 30 seconds"),
        (httpx.ProxyError("407 x"), "the proxy proxy.corp.example:3128 wants credentials (407)"),
        (httpx.ProxyError("403 x"), "the proxy proxy.corp.example:3128 refuses to connect to api.zoom.us (403)"),
        (refuse_certificate(20, CORP), "the certificate of api.zoom.us was issued by"),
        (httpx.ReadTimeout("x"), "no complete answer arrived"),
    ],
)
def test_behind_a_proxy_it_is_the_proxy_that_cannot_be_reached(error: Exception, part: str) -> None:
    assert part in explain_failure(error, BEHIND_PROXY)


def test_a_cause_in_a_group_or_far_down_is_found_and_a_circle_ends() -> None:
    group = ExceptionGroup("all", [ConnectionRefusedError(111, "Connection refused")])
    assert (
        find_failure(chain(httpx.ConnectError("x"), OSError("All connection attempts failed"), group)).kind == "refused"
    )
    circle = OSError("a")
    circle.__cause__ = ValueError("b")
    circle.__cause__.__context__ = circle
    assert find_failure(circle).kind == "unknown"


def test_a_certificate_of_many_names_is_shortened() -> None:
    names = tuple(("DNS", f"host{number}.example") for number in range(40))
    text = explain_failure(refuse_certificate(62, {"subjectAltName": names}), ZOOM)
    assert "host4.example, and others." in text
    assert "host5" not in text


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 100))
def test_texts_of_a_certificate_cannot_break_a_line(name: str, date: str, code: int) -> None:
    certificate = {"issuer": ((("commonName", name),),), "subjectAltName": (("DNS", name),), "notAfter": "x"}
    assert explain_failure(refuse_certificate(code, certificate), ZOOM).isprintable()


@pytest.mark.parametrize("kind", ["name", "refused", "connect_timeout", "proxy_credentials", "certificate_untrusted"])
def test_every_sentence_works_without_a_port_and_without_a_limit(kind: str) -> None:
    assert describe_failure(NetworkFailure(kind), Destination("zoom.us")).isprintable()
    assert "1 second" in describe_failure(NetworkFailure("answer_timeout"), Destination("x", timeout=1.0))
