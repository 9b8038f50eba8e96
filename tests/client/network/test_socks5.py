"""Test the messages of SOCKS 5 against RFC 1928 and RFC 1929, and that no answer of a proxy breaks the client."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.client.network.proxies import Proxy
from zoom_component.client.network.socks5 import SocksError, negotiate

OPEN = Proxy("socks5", "proxy", 1080)
CLOSED = Proxy("socks5", "proxy", 1080, "anna", "pässword")
ACCEPTED = b"\x05\x00\x00\x01"
ADDRESS = b"\x7f\x00\x00\x01\x1f\x90"


def talk(proxy: Proxy, host: str, port: int, *answers: bytes) -> bytes:
    """Return what a client sends to a proxy that gives these answers, each of the length that the client expects."""
    steps = negotiate(proxy, host, port)
    sent, length = next(steps)
    for answer in answers:
        assert len(answer) == length
        try:
            content, length = steps.send(answer)
        except StopIteration:
            return sent
        sent += content
    raise AssertionError(f"the client expects {length} more bytes")


def test_a_name_is_resolved_by_the_proxy() -> None:
    sent = talk(OPEN, "api.zoom.us", 443, b"\x05\x00", ACCEPTED, ADDRESS)
    assert sent == b"\x05\x01\x00" + b"\x05\x01\x00\x03\x0bapi.zoom.us\x01\xbb"


def test_credentials_are_sent_to_a_proxy_that_takes_them() -> None:
    sent = talk(CLOSED, "10.1.2.3", 8443, b"\x05\x02", b"\x01\x00", ACCEPTED, ADDRESS)
    password = "pässword".encode()
    assert sent == b"\x05\x01\x02" + b"\x01\x04anna\x09" + password + b"\x05\x01\x00\x01\x0a\x01\x02\x03\x20\xfb"


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (b"\x01", (b"\x00" * 6,)),
        (b"\x04", (b"\x00" * 18,)),
        (b"\x03", (b"\x05", b"proxy\x00\x50")),
        (b"\x03", (b"\xff", b"x" * 257)),
    ],
)
def test_the_address_of_the_proxy_may_have_any_form(kind: bytes, address: tuple[bytes, ...]) -> None:
    talk(OPEN, "fd00::1", 443, b"\x05\x00", b"\x05\x00\x00" + kind, *address)


@pytest.mark.parametrize(
    ("proxy", "answers", "message"),
    [
        (OPEN, (b"\x05\xff",), "it requires a user and a password"),
        (OPEN, (b"\x05\x02",), "it requires a user and a password"),
        (CLOSED, (b"\x05\x00",), "it does not accept a user and a password"),
        (CLOSED, (b"\x05\x02", b"\x01\x01"), "it rejected the user or the password"),
        (OPEN, (b"\x05\x00", b"\x05\x02\x00\x01"), "its rules do not allow this host"),
        (OPEN, (b"\x05\x00", b"\x05\x04\x00\x01"), "the host is unreachable, or its name is not known"),
        (OPEN, (b"\x05\x00", b"\x05\x05\x00\x01"), "the host refused the connection"),
        (OPEN, (b"\x05\x00", b"\x05\x07\x00\x01"), r"it reported a failure \(code 7\)"),
        (OPEN, (b"\x05\x00", b"\x05\x63\x00\x01"), "it does not speak SOCKS 5"),
        (OPEN, (b"\x05\x00", b"\x04\x00\x00\x01"), "it does not speak SOCKS 5"),
        (OPEN, (b"HT",), "it does not speak SOCKS 5"),
    ],
)
def test_a_refusal_has_a_reason_without_the_password(proxy: Proxy, answers: tuple[bytes, ...], message: str) -> None:
    with pytest.raises(SocksError, match=message) as caught:
        talk(proxy, "api.zoom.us", 443, *answers)
    assert "pässword" not in str(caught.value)


BEGINNINGS = st.sampled_from([b"", b"\x05\x00", b"\x05\x02\x01\x00", b"\x05\x00\x05\x00\x00\x03"])


@given(st.builds(bytes.__add__, BEGINNINGS, st.binary(max_size=600)), st.sampled_from([OPEN, CLOSED]))
def test_any_answer_ends_in_a_connection_or_a_reason(answer: bytes, proxy: Proxy) -> None:
    steps = negotiate(proxy, "api.zoom.us", 443)
    _, length = next(steps)
    try:
        while len(answer) >= length:
            received, answer = answer[:length], answer[length:]
            _, length = steps.send(received)
            assert 0 < length < 300
    except (StopIteration, SocksError):
        pass
