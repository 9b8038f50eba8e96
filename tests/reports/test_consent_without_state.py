"""Test the report of kind T: what happens when the consent page's answer has no state.

Zoom sends a code without a state when a person adds the app on the Marketplace instead of opening the printed address:
https://github.com/zoom/zoomapps-sample-js/issues/15 and https://github.com/raman325/ha-zoom-automation/issues/22. The
code must not be used, since anybody could have sent it (https://www.rfc-editor.org/rfc/rfc6749#section-10.12), the
person must learn what to do, and the right answer must still be accepted.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from tests.client.connections.kinds import ACCESS, CLIENT, OAUTH
from tests.client.connections.oauth import OAuthSandbox

from zoom_component.client.connections.consent import request_consent
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed

ANSWERS = [
    {"code": "planted-code"},
    {"code": "planted-code", "state": ""},
    {"code": "planted-code", "state": " "},
    {"error": "access_denied"},
    {},
]


@pytest.fixture
def zoom() -> Iterator[OAuthSandbox]:
    with OAuthSandbox() as server:
        yield server


def get(url: str) -> tuple[int, str, str]:
    """Return status, location and text of a page."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        return answer.status, answer.getheader("location", ""), answer.read().decode()
    finally:
        connection.close()


def request_token(zoom: OAuthSandbox, query: dict[str, str], *, finish: bool) -> tuple[Token, tuple[int, str, str]]:
    """Return the token, and the page that an answer with this query gets; `finish` sends the right answer after it."""
    pages: list[tuple[int, str, str]] = []

    def follow(url: str) -> None:
        _, location, _ = get(url)
        pages.append(get(f"{location.split('?')[0]}?{urlencode(query)}"))
        if finish:
            get(location)

    threads: list[threading.Thread] = []

    def open_browser(url: str) -> None:
        threads.append(threading.Thread(target=follow, args=(url,)))
        threads[0].start()

    try:
        token = request_consent(
            OAUTH, CLIENT, base_url=zoom.api_url, open_browser=open_browser, report=lambda text: None, port=0,
            timeout=5.0 if finish else 1.0,
        )  # fmt: skip
    finally:
        threads[0].join()
    return token, pages[0]


@pytest.mark.parametrize("query", ANSWERS)
def test_an_answer_without_state_is_explained_and_the_right_one_still_accepted(
    zoom: OAuthSandbox, query: dict[str, str]
) -> None:
    token, (status, _, page) = request_token(zoom, query, finish=True)
    assert token.access == f"{ACCESS}-1"
    assert "planted-code" not in json.dumps(zoom.token_requests)
    assert status == 400
    assert "The answer has no state" in page
    assert "Open the address that this program printed" in page
    assert "planted" not in page


@pytest.mark.parametrize("query", ANSWERS[:2])
def test_waiting_ends_with_what_came_back(zoom: OAuthSandbox, query: dict[str, str]) -> None:
    with pytest.raises(ConnectionFailed, match="The answer has no state") as failed:
        request_token(zoom, query, finish=False)
    assert failed.value.as_json()["kind"] == "connection_failed"
    assert zoom.token_requests == []
