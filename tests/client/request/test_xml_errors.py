"""Test how errors in XML are read, and that no document costs much.

These are bytes that no sandbox sends.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.client.request.xml_errors import parse_xml_error


def test_codes_messages_and_fields_are_read() -> None:
    body = b"""<?xml version="1.0"?><error><code>300</code><message> Validation
    Failed. </message><errors><error><field>topic</field><message>Too long.</message></error></errors></error>"""
    assert parse_xml_error(body) == {
        "code": 300,
        "message": "Validation Failed.",
        "errors": [{"field": "topic", "message": "Too long."}],
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text",
        b'{"code": 300}',
        b"<html><title>x</title></html>",
        b"<error><code>300</code></error>",
        b"<error><message>no code</message></error>",
        b"<Error><Code>AccessDenied</Code><Message>Denied</Message></Error>",
        b"<error><code>300</code><message>cut o",
        b"<fault><code>300</code><message>x</message></fault>",
        b"<error><code>x</code><message>y</message></error>",
        b"<?xml version='1.0' encoding='no-such'?><error><code>1</code><message>y</message></error>",
    ],
)
def test_anything_else_is_no_error_of_zoom(body: bytes) -> None:
    assert parse_xml_error(body) == {}


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><error><code>1</code><message>&b;</message></error>',
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><error><code>1</code><message>&f;</message></error>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><error><code>1</code><message>x</message></error>',
        b"<error>" * 40 + b"</error>" * 40,
        b"<errors>" + b"<error><field>a</field><message>b</message></error>" * 500 + b"</errors>",
        b"<error><code>1</code><message>" + b"x" * 70_000 + b"</message></error>",
    ],
)
def test_entities_and_documents_beyond_the_bounds_are_refused(body: bytes) -> None:
    assert parse_xml_error(body) == {}


@given(st.binary(max_size=200))
def test_no_bytes_raise(body: bytes) -> None:
    assert isinstance(parse_xml_error(b"<error>" + body), dict)
