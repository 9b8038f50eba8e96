"""Test the consent page and the redirect server, with a small browser against the sandbox."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from tests.client.connections.kinds import ACCESS, CLIENT, OAUTH, PLANTED, REFRESH, SERVER, SPECS
from tests.client.connections.oauth import OAuthSandbox
from zoom_component.client.connections.consent import request_consent
from zoom_component.client.connections.redirect_server import RedirectServer
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed, InputError


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


class Browser:
    """Open URLs in its own thread, as a browser does.

    `change_callback` changes the URL it returns to.
    """

    def __init__(self, change_callback: Callable[[str], str] = lambda url: url) -> None:
        self.change_callback = change_callback
        self.opened: list[str] = []
        self.pages: list[tuple[int, str]] = []
        self.thread = threading.Thread()

    def open(self, url: str) -> None:
        self.opened.append(url)
        self.thread = threading.Thread(target=self._follow, args=(url,))
        self.thread.start()

    def _follow(self, url: str) -> None:
        _, location, _ = get(url)
        status, _, text = get(self.change_callback(location))
        self.pages.append((status, text))


@pytest.fixture
def zoom() -> Iterator[OAuthSandbox]:
    with OAuthSandbox() as server:
        yield server


def consent(zoom: OAuthSandbox, browser: Browser, *, port: int = 0, timeout: float = 5.0) -> tuple[Token, list[str]]:
    printed: list[str] = []
    try:
        token = request_consent(
            OAUTH,
            CLIENT,
            base_url=zoom.api_url,
            open_browser=browser.open,
            report=printed.append,
            port=port,
            timeout=timeout,
            clock=lambda: 1000.0,
        )
    finally:
        if browser.thread.ident:
            browser.thread.join()
    return token, printed


def replace_query(**query: str) -> Callable[[str], str]:
    """Return a function that replaces the query of the URL that the browser returns to."""
    return lambda url: f"{url.split('?')[0]}?{urlencode(query)}" if query else url.split("?")[0]


def test_consent_returns_a_token(zoom: OAuthSandbox) -> None:
    browser = Browser()
    token, printed = consent(zoom, browser)
    assert (token.access, token.refresh, token.expires_at) == (f"{ACCESS}-1", f"{REFRESH}-1", 4600.0)
    assert browser.pages[0][0] == 200
    assert browser.opened[0] in printed[0]
    query = {name: values[0] for name, values in parse_qs(urlsplit(browser.opened[0]).query).items()}
    assert query.keys() == {
        "response_type",
        "client_id",
        "redirect_uri",
        "state",
        "code_challenge",
        "code_challenge_method",
    }
    assert (query["response_type"], query["client_id"], query["code_challenge_method"]) == ("code", "app-1", "S256")
    assert query["redirect_uri"].startswith("http://127.0.0.1:")
    assert zoom.token_requests[0]["redirect_uri"] == query["redirect_uri"]
    assert len(query["state"]) >= 32
    assert PLANTED not in "".join(printed)


def test_every_consent_has_its_own_state_and_verifier(zoom: OAuthSandbox) -> None:
    browser = Browser()
    consent(zoom, browser)
    consent(zoom, browser)
    queries = [parse_qs(urlsplit(url).query) for url in browser.opened]
    assert queries[0]["state"] != queries[1]["state"]
    assert zoom.token_requests[0]["code_verifier"] != zoom.token_requests[1]["code_verifier"]


@pytest.mark.parametrize("state", ["somebody else's", "é\udcff".encode("utf-8", "replace").decode()])
def test_an_answer_with_another_state_is_refused_and_the_right_one_still_accepted(
    zoom: OAuthSandbox, state: str
) -> None:
    refused_pages: list[tuple[int, str, str]] = []

    def open_wrong_url_first(url: str) -> str:
        refused_pages.append(get(replace_query(code="planted-code", state=state)(url)))
        return url

    token, _ = consent(zoom, Browser(open_wrong_url_first))
    assert token.access == f"{ACCESS}-1"
    assert "planted-code" not in json.dumps(zoom.token_requests)
    status, _, page = refused_pages[0]
    assert (status, "planted" in page, "its state differs" in page) == (400, False, True)


def test_a_port_can_be_reused_at_once(zoom: OAuthSandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for _ in range(2):
        assert consent(zoom, Browser(), port=port)[0].access


def create_browser(**query: str) -> Browser:
    """Return a browser that returns with the right state and this query."""

    def change_callback(url: str) -> str:
        state = parse_qs(urlsplit(url).query)["state"][0]
        return f"{url.split('?')[0]}?{urlencode({'state': state, **query})}"

    return Browser(change_callback)


def test_refused_consent_is_reported_and_requests_no_token(zoom: OAuthSandbox) -> None:
    browser = create_browser(error="access_denied", error_description="<script>planted</script>")
    with pytest.raises(ConnectionFailed, match="Consent was refused") as failed:
        consent(zoom, browser)
    assert failed.value.code == "access_denied"
    assert zoom.token_requests == []
    assert browser.pages[0][0] == 400
    assert "<script>" not in browser.pages[0][1]


@pytest.mark.parametrize("query", [{"error": "server_error"}, {}, {"code": ""}])
def test_an_answer_without_a_code_is_reported(zoom: OAuthSandbox, query: dict[str, str]) -> None:
    with pytest.raises(ConnectionFailed, match="returned no code"):
        consent(zoom, create_browser(**query))


def test_a_code_that_zoom_rejects_is_reported(zoom: OAuthSandbox) -> None:
    with pytest.raises(ConnectionFailed, match="rejects the code") as failed:
        consent(zoom, create_browser(code="planted-code"))
    assert PLANTED not in str(failed.value.as_json())


def test_waiting_for_consent_ends(zoom: OAuthSandbox) -> None:
    browser = Browser()
    browser.open = browser.opened.append  # type: ignore[method-assign, assignment]
    with pytest.raises(ConnectionFailed, match="did not come back"):
        consent(zoom, browser, timeout=0.05)


def test_the_url_is_printed_if_no_browser_opens(zoom: OAuthSandbox) -> None:
    browser = Browser()
    printed: list[str] = []

    def fail_to_open(url: str) -> None:
        raise webbrowser.Error("none")

    def report(text: str) -> None:
        printed.append(text)
        browser.open(text.split("\n")[1])

    token = request_consent(
        OAUTH, CLIENT, base_url=zoom.api_url, open_browser=fail_to_open, report=report, port=0, timeout=5
    )
    browser.thread.join()
    assert token.access == f"{ACCESS}-1"


def test_other_requests_and_idle_connections_do_not_end_the_wait() -> None:
    with RedirectServer(0, lambda answer: answer["code"]) as server:
        host = urlsplit(server.redirect_uri).netloc
        with socket.create_connection(("127.0.0.1", urlsplit(server.redirect_uri).port or 0)):
            assert get(f"http://{host}/favicon.ico?")[0] == 404
            assert get(f"{server.redirect_uri}?code={quote('a b')}")[0] == 200
            assert server.wait_for_code(1) == "a b"


def test_the_page_shows_an_error_as_text_and_the_caller_gets_the_same_error() -> None:
    def parse_callback(answer: Mapping[str, str]) -> str:
        raise ConnectionFailed("1 < 2 <script>")

    with RedirectServer(0, parse_callback) as server:
        status, _, page = get(f"{server.redirect_uri}?code=x")
        assert status == 400
        assert "1 &lt; 2 &lt;script&gt;" in page
        with pytest.raises(ConnectionFailed, match="1 < 2"):
            server.wait_for_code(1)


def test_a_port_in_use_is_an_input_error(zoom: OAuthSandbox) -> None:
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        with pytest.raises(InputError, match="in use"):
            consent(zoom, Browser(), port=occupied.getsockname()[1])
    with pytest.raises(InputError, match="not allowed"):
        consent(zoom, Browser(), port=70_000)


def test_invalid_fields_are_refused_before_a_browser_opens(zoom: OAuthSandbox) -> None:
    def fail(url: str) -> None:
        pytest.fail("a browser was opened")

    with pytest.raises(InputError, match="clientSecret"):
        request_consent(OAUTH, {"clientId": "a"}, base_url=zoom.api_url, open_browser=fail, port=0)
    with pytest.raises(InputError, match="needs no consent"):
        request_consent(SERVER, {}, open_browser=fail, port=0)
    for key in ("authorizeUrl", "tokenUrl"):
        with pytest.raises(ConnectionFailed, match="https://"):
            request_consent(OAUTH, {**CLIENT, key: "http://zoom.example/x"}, open_browser=fail, port=0)


def test_scopes_are_sent_if_they_are_set(zoom: OAuthSandbox) -> None:
    browser = Browser()
    request_consent(
        SPECS["oauth"],
        {**CLIENT, "scopes": "user:read meeting:read"},
        base_url=zoom.api_url,
        open_browser=browser.open,
        report=lambda text: None,
        port=0,
    )
    browser.thread.join()
    assert parse_qs(urlsplit(browser.opened[0]).query)["scope"] == ["user:read meeting:read"]
