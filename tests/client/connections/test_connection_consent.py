"""The walk through the consent page, with a browser of a few lines."""

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
    """Status, location and text of a page."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        return answer.status, answer.getheader("location", ""), answer.read().decode()
    finally:
        connection.close()


class Browser:
    """Opens addresses in a thread of its own, as a browser does; `back` changes what it comes back with."""

    def __init__(self, back: Callable[[str], str] = lambda url: url) -> None:
        self.back = back
        self.opened: list[str] = []
        self.seen: list[tuple[int, str]] = []
        self.thread = threading.Thread()

    def open(self, url: str) -> None:
        self.opened.append(url)
        self.thread = threading.Thread(target=self._walk, args=(url,))
        self.thread.start()

    def _walk(self, url: str) -> None:
        _, location, _ = get(url)
        status, _, text = get(self.back(location))
        self.seen.append((status, text))


@pytest.fixture
def zoom() -> Iterator[OAuthSandbox]:
    with OAuthSandbox() as server:
        yield server


def walk(zoom: OAuthSandbox, browser: Browser, *, port: int = 0, timeout: float = 5.0) -> tuple[Token, list[str]]:
    said: list[str] = []
    try:
        token = request_consent(
            OAUTH,
            CLIENT,
            base_url=zoom.api_url,
            open_browser=browser.open,
            report=said.append,
            port=port,
            timeout=timeout,
            clock=lambda: 1000.0,
        )
    finally:
        if browser.thread.ident:
            browser.thread.join()
    return token, said


def swapped(**query: str) -> Callable[[str], str]:
    """The address that the browser comes back to, with another query."""
    return lambda url: f"{url.split('?')[0]}?{urlencode(query)}" if query else url.split("?")[0]


def test_a_person_agrees_and_a_token_comes_back(zoom: OAuthSandbox) -> None:
    browser = Browser()
    token, said = walk(zoom, browser)
    assert (token.access, token.refresh, token.expires_at) == (f"{ACCESS}-1", f"{REFRESH}-1", 4600.0)
    assert browser.seen[0][0] == 200
    assert browser.opened[0] in said[0]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(browser.opened[0]).query).items()}
    assert asked.keys() == {
        "response_type",
        "client_id",
        "redirect_uri",
        "state",
        "code_challenge",
        "code_challenge_method",
    }
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", "app-1", "S256")
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert zoom.token_requests[0]["redirect_uri"] == asked["redirect_uri"]
    assert len(asked["state"]) >= 32
    assert PLANTED not in "".join(said)


def test_every_walk_has_a_state_and_a_verifier_of_its_own(zoom: OAuthSandbox) -> None:
    browser = Browser()
    walk(zoom, browser)
    walk(zoom, browser)
    queries = [parse_qs(urlsplit(url).query) for url in browser.opened]
    assert queries[0]["state"] != queries[1]["state"]
    assert zoom.token_requests[0]["code_verifier"] != zoom.token_requests[1]["code_verifier"]


@pytest.mark.parametrize("state", ["", "somebody else's", "é\udcff".encode("utf-8", "replace").decode()])
def test_an_answer_of_another_walk_is_refused_and_the_right_one_still_taken(zoom: OAuthSandbox, state: str) -> None:
    strays: list[tuple[int, str, str]] = []

    def astray_first(url: str) -> str:
        strays.append(get(swapped(code="planted-code", state=state)(url)))
        return url

    token, _ = walk(zoom, Browser(astray_first))
    assert token.access == f"{ACCESS}-1"
    assert "planted-code" not in json.dumps(zoom.token_requests)
    status, _, page = strays[0]
    assert (status, "planted" in page, "state is another" in page) == (400, False, True)


def test_a_port_can_be_taken_again_at_once(zoom: OAuthSandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for _ in range(2):
        assert walk(zoom, Browser(), port=port)[0].access


def answered(**query: str) -> Browser:
    """A browser that comes back with the right state, and this."""

    def back(url: str) -> str:
        state = parse_qs(urlsplit(url).query)["state"][0]
        return f"{url.split('?')[0]}?{urlencode({'state': state, **query})}"

    return Browser(back)


def test_a_person_who_refuses_is_not_asked_twice(zoom: OAuthSandbox) -> None:
    browser = answered(error="access_denied", error_description="<script>planted</script>")
    with pytest.raises(ConnectionFailed, match="Consent was refused") as failed:
        walk(zoom, browser)
    assert failed.value.code == "access_denied"
    assert zoom.token_requests == []
    assert browser.seen[0][0] == 400
    assert "<script>" not in browser.seen[0][1]


@pytest.mark.parametrize("query", [{"error": "server_error"}, {}, {"code": ""}])
def test_an_answer_without_a_code_is_a_sentence(zoom: OAuthSandbox, query: dict[str, str]) -> None:
    with pytest.raises(ConnectionFailed, match="without a code"):
        walk(zoom, answered(**query))


def test_a_code_that_zoom_does_not_take_is_a_sentence(zoom: OAuthSandbox) -> None:
    with pytest.raises(ConnectionFailed, match="does not take the code") as failed:
        walk(zoom, answered(code="planted-code"))
    assert PLANTED not in str(failed.value.as_json())


def test_nobody_is_waited_for_forever(zoom: OAuthSandbox) -> None:
    browser = Browser()
    browser.open = browser.opened.append  # type: ignore[method-assign, assignment]
    with pytest.raises(ConnectionFailed, match="Nobody came back"):
        walk(zoom, browser, timeout=0.05)


def test_a_machine_without_a_browser_says_the_address_all_the_same(zoom: OAuthSandbox) -> None:
    browser = Browser()
    said: list[str] = []

    def no_browser(url: str) -> None:
        raise webbrowser.Error("none")

    def say(text: str) -> None:
        said.append(text)
        browser.open(text.split("\n")[1])

    token = request_consent(
        OAUTH, CLIENT, base_url=zoom.api_url, open_browser=no_browser, report=say, port=0, timeout=5
    )
    browser.thread.join()
    assert token.access == f"{ACCESS}-1"


def test_stray_requests_and_silent_connections_do_not_end_the_wait() -> None:
    with RedirectServer(0, lambda answer: answer["code"]) as redirect:
        host = urlsplit(redirect.redirect_uri).netloc
        with socket.create_connection(("127.0.0.1", urlsplit(redirect.redirect_uri).port or 0)):
            assert get(f"http://{host}/favicon.ico?")[0] == 404
            assert get(f"{redirect.redirect_uri}?code={quote('a b')}")[0] == 200
            assert redirect.wait_for_code(1) == "a b"


def test_the_page_shows_what_is_wrong_as_text_and_the_caller_gets_the_same() -> None:
    def read(answer: Mapping[str, str]) -> str:
        raise ConnectionFailed("1 < 2 <script>")

    with RedirectServer(0, read) as redirect:
        status, _, page = get(f"{redirect.redirect_uri}?code=x")
        assert status == 400
        assert "1 &lt; 2 &lt;script&gt;" in page
        with pytest.raises(ConnectionFailed, match="1 < 2"):
            redirect.wait_for_code(1)


def test_a_port_that_is_taken_is_an_input_to_change(zoom: OAuthSandbox) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="is taken"):
            walk(zoom, Browser(), port=taken.getsockname()[1])
    with pytest.raises(InputError, match="not allowed"):
        walk(zoom, Browser(), port=70_000)


def test_wrong_fields_are_refused_before_anything_opens(zoom: OAuthSandbox) -> None:
    def never(url: str) -> None:
        pytest.fail("a browser was opened")

    with pytest.raises(InputError, match="clientSecret"):
        request_consent(OAUTH, {"clientId": "a"}, base_url=zoom.api_url, open_browser=never, port=0)
    with pytest.raises(InputError, match="needs no consent"):
        request_consent(SERVER, {}, open_browser=never, port=0)
    for key in ("authorizeUrl", "tokenUrl"):
        with pytest.raises(ConnectionFailed, match="https://"):
            request_consent(OAUTH, {**CLIENT, key: "http://zoom.example/x"}, open_browser=never, port=0)


def test_scopes_travel_when_they_are_given(zoom: OAuthSandbox) -> None:
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
