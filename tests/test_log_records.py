"""Test that each record of a log is one line without secrets, whatever is written into it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from zoom_component.client.connections.connection import StaticToken
from zoom_component.log_records import get_logger

NAME = "zoom_component.test"
TOKEN = "log$token-4711/abc"


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = get_logger(NAME)
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("one\nERROR forged", r"one\nERROR forged"),
        ("\x1b[2J\r\u202eabc\u2028", r"\u001b[2J\r\u202eabc\u2028"),
        ("see https://zoom.us/j/5?pwd=abc123&x=1", "see https://zoom.us/j/5?pwd=[redacted]&x=1"),
        ("http://anna:hunter2@proxy:8080 failed", "http://[redacted]@proxy:8080 failed"),
        ("got Bearer abcdefgh1234", "got Bearer [redacted]"),
        ("password: expected a text", "password: expected a text"),
        ("100 % done", "100 % done"),
        ("x" * 3000, "x" * 1999 + "…"),
    ],
)
def test_a_record_is_one_safe_line(text: str, written: str, output: io.StringIO) -> None:
    get_logger(NAME).warning("%s", text)
    assert output.getvalue() == f"WARNING {written}\n"


def test_the_secrets_of_open_connections_are_masked_in_each_form(output: io.StringIO) -> None:
    connection = StaticToken(TOKEN)
    get_logger(NAME).error("sent %s and %s", TOKEN, TOKEN.replace("$", "%24").replace("/", "%2F"))
    assert output.getvalue() == "ERROR sent [redacted] and [redacted]\n"
    assert connection.get_secrets() == {TOKEN}


def test_a_traceback_cannot_look_like_a_record(output: io.StringIO) -> None:
    connection = StaticToken(TOKEN)
    try:
        raise ValueError(f"bad\nERROR forged \x1b[31m {TOKEN}")
    except ValueError:
        get_logger(NAME).exception("failed")
    first, *rest = output.getvalue().splitlines()
    assert first == "ERROR failed"
    assert rest[0] == "  Traceback (most recent call last):"
    assert [line for line in rest if not line.startswith("  ")] == []
    assert rest[-1] == "  ERROR forged \\u001b[31m [redacted]"
    assert connection.name == "token"


def test_a_long_traceback_is_cut_in_the_middle(output: io.StringIO) -> None:
    try:
        raise ValueError("\n".join(map(str, range(200))))
    except ValueError:
        get_logger(NAME).exception("failed")
    lines = output.getvalue().splitlines()
    assert len(lines) == 62
    assert lines[-1] == "  199"


def test_a_logger_gets_one_filter() -> None:
    assert get_logger(NAME) is get_logger(NAME)
    assert len(get_logger(NAME).filters) == 1


@pytest.mark.parametrize(
    "name",
    ["events", "events.listeners", "events.receiver", "polling", "requests", "retries", "tokens"],
)
def test_each_logger_of_the_component_is_safe(name: str) -> None:
    import zoom_component.client.connections.renewing_connection
    import zoom_component.client.transport.driver
    import zoom_component.events.inbox.callbacks
    import zoom_component.events.listeners.pool
    import zoom_component.events.polling.poller
    import zoom_component.events.receiver.writer  # noqa: F401

    assert len(logging.getLogger(f"zoom_component.{name}").filters) == 1
