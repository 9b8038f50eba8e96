"""Test how requests are written: h11, as the server, must read what was meant."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

import h11
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.client.network.multipart import encode_multipart
from zoom_component.client.network.request_writer import EncodedRequest, Origin, encode_request, format_request
from zoom_component.errors import InputError
from zoom_component.messages import BoundRequest, FilePart
from zoom_sandbox.multipart import parse_parts

ORIGIN = Origin.from_url("https://api.zoom.test/v2")


def parse(content: bytes) -> tuple[str, str, dict[str, str], bytes]:
    """Return method, target, headers and body as h11 reads them. Fail for more than one request."""
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(content)
    request, body = connection.next_event(), b""
    assert isinstance(request, h11.Request)
    while isinstance(event := connection.next_event(), h11.Data):
        body += bytes(event.data)
    assert isinstance(event, h11.EndOfMessage)
    assert connection.trailing_data == (b"", False)
    headers = {name.decode(): value.decode() for name, value in request.headers}
    return request.method.decode(), request.target.decode(), headers, body


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.zoom.us/v2", ("https", "api.zoom.us", 443, "api.zoom.us", "/v2")),
        ("https://api.zoom.us:443/v2/", ("https", "api.zoom.us", 443, "api.zoom.us", "/v2")),
        ("http://127.0.0.1:8087/v2", ("http", "127.0.0.1", 8087, "127.0.0.1:8087", "/v2")),
        ("http://[::1]:8087/v2", ("http", "::1", 8087, "[::1]:8087", "/v2")),
        ("http://[::1]", ("http", "::1", 80, "[::1]", "")),
        ("https://bücher.example/ü b", ("https", "xn--bcher-kva.example", 443, "xn--bcher-kva.example", "/%C3%BC%20b")),
        ("https://API.Zoom.US", ("https", "api.zoom.us", 443, "api.zoom.us", "")),
    ],
)
def test_an_origin_has_the_host_and_port_of_its_url(url: str, expected: tuple[object, ...]) -> None:
    assert Origin.from_url(url) == expected
    assert Origin.from_url(url).authority == httpx.Request("GET", url).headers["host"]


@pytest.mark.parametrize(
    "url", ["", "ftp://x/", "https://", "x", "https://a:b/", "https://-ü-\ud800.test", "https://[x/"]
)
def test_what_has_no_origin_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"expected|[Pp]ort|IPv6|codec"):
        Origin.from_url(url)


@given(st.binary(max_size=100), st.dictionaries(st.from_regex(r"X-[A-Za-z0-9]{1,9}", fullmatch=True),
       st.from_regex(r"[!-~]([ -~\t]{0,20}[!-~])?", fullmatch=True), max_size=3),
       st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
       st.lists(st.tuples(st.text(st.characters(codec="utf-8"), max_size=9), st.text(st.characters(codec="utf-8"),
                max_size=9)), max_size=3))  # fmt: skip
def test_a_server_reads_what_was_meant(
    body: bytes, extra: Mapping[str, str], method: str, query: list[tuple[str, str]]
) -> None:
    request = BoundRequest(method, "/users/a%2Fb", query, extra, content=body)
    read_method, target, headers, read_body = parse(format_request(ORIGIN, encode_request(ORIGIN, request, "Bearer t")))
    assert (read_method, read_body, headers["host"]) == (method, body, "api.zoom.test")
    assert headers["authorization"] == "Bearer t"
    assert ("content-length" in headers) is (bool(body) or method in ("POST", "PUT", "PATCH"))
    assert headers | {name.lower(): text for name, text in extra.items()} == headers
    path, _, text = target.partition("?")
    assert path == "/v2/users/a%2Fb"
    pairs = [pair.partition("=") for pair in text.split("&")] if text else []
    assert [(unquote(name), unquote(value)) for name, _, value in pairs] == query


@pytest.mark.parametrize("text", ["a\r\nx: y", "a\nb", "a\rb", "a\0b", "ü", "a\x7fb", "\ud800"])
def test_a_header_cannot_begin_another_line(text: str) -> None:
    for headers in ({"X-A": text}, {text: "x"}):
        request = encode_request(ORIGIN, BoundRequest("GET", "/x", headers=headers), "Bearer t")
        with pytest.raises(InputError, match="expected ASCII text on one line as the header") as caught:
            format_request(ORIGIN, request)
        assert "\n" not in str(caught.value)


def test_a_secret_header_is_not_repeated() -> None:
    with pytest.raises(InputError) as caught:
        format_request(ORIGIN, encode_request(ORIGIN, BoundRequest("GET", "/x"), "Bearer very\nsecret"))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("method", ["", "GET /other HTTP/1.1\r\n", "G T", "GÜT"])
def test_a_method_cannot_begin_another_line(method: str) -> None:
    with pytest.raises(InputError, match="expected the name of an HTTP method"):
        format_request(ORIGIN, EncodedRequest(method, "/", {}, b""))


@pytest.mark.parametrize("path", ["/a b", "/a\r\nb", "/ü", "/\x7f", "/a\0"])
def test_a_path_that_is_not_escaped_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="the URL cannot be sent: expected a path that is escaped"):
        encode_request(ORIGIN, BoundRequest("GET", path), "Bearer t")


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="%\\"), min_size=1, max_size=12
)


@given(NAMES, NAMES, st.binary(max_size=60), NAMES)
def test_a_form_is_what_its_reader_finds(field: str, name: str, content: bytes, value: str) -> None:
    form, files = [("other", value)], [FilePart(field, name, content, "image/png")]
    media_type, body = encode_multipart(form, files, "boundary-0f0f")
    assert media_type == "multipart/form-data; boundary=boundary-0f0f"
    file, other = parse_parts(media_type, body)
    assert (file.name, file.filename, file.body, file.content_type) == (field, name, content, "image/png")
    assert (other.name, other.filename, other.text) == ("other", None, value)


@pytest.mark.parametrize("name", ['a"b', "a\r\nb", "a\nX-Evil: 1", "a\0", "ü.png", "a\\b"])
def test_a_name_cannot_leave_its_quotation_marks(name: str) -> None:
    _, body = encode_multipart([(name, "v")], [FilePart(name, name, b"c", "text/plain\r\nX-Evil: 1")], "b")
    heads = [part.partition(b"\r\n\r\n")[0].strip() for part in body.split(b"--b")[1:-1]]
    assert [len(head.split(b"\r\n")) for head in heads] == [2, 1]
    assert heads[0].count(b'"') == 4
    assert heads[1].count(b'"') == 2
