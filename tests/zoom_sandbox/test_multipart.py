"""Test forms with files: valid forms are parsed, and malformed ones refused."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zoom_sandbox.multipart import FormPart, MalformedForm, parse_parts

LETTERS = "abcXYZ0189'()+_,-./:=?"
field_names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
boundaries = st.text(LETTERS, min_size=1, max_size=70)
# Pieces of a delimiter, so that a body often nearly holds one.
bodies = st.lists(st.sampled_from([b"\r\n", b"--", b"-", b"\r", b"\n", b"a", b"", b"\x00\xff"])).map(b"".join)


def build_form(boundary: str, *parts: FormPart) -> bytes:
    """Return a form as browsers write it."""
    raw = b"This is the preamble."
    for part in parts:
        file = "" if part.filename is None else f'; filename="{escape_quotes(part.filename)}"'
        head = f'Content-Disposition: form-data; name="{escape_quotes(part.name)}"{file}'
        head += f"\r\nContent-Type: {part.content_type}"
        raw += f"\r\n--{boundary}\r\n{head}\r\n\r\n".encode() + part.body
    return raw + f"\r\n--{boundary}--\r\n".encode()


def escape_quotes(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@given(
    boundaries,
    st.lists(st.builds(FormPart, field_names, st.none() | field_names, st.just("text/plain"), bodies), max_size=4),
)
def test_a_form_is_parsed(boundary: str, parts: list[FormPart]) -> None:
    plain = [part for part in parts if not any(mark in f"{part.name}{part.filename}" for mark in ("%22", "%0", "\x85"))]
    fits = [part for part in plain if f"\r\n--{boundary}".encode() not in b"\r\n" + part.body + b"\r\n"]
    assert parse_parts(f'multipart/form-data; boundary="{boundary}"', build_form(boundary, *fits)) == fits


@given(field_names, bodies)
def test_a_form_of_httpx_is_parsed(name: str, body: bytes) -> None:
    file = {"file": (name, body, "application/pdf")}
    request = httpx.Request("POST", "http://zoom.test", files=file, data={"to": "Ada"})
    text, file_part = parse_parts(request.headers["content-type"], request.read())
    assert (text.name, text.text, text.filename) == ("to", "Ada", None)
    assert (file_part.name, file_part.body, file_part.content_type) == ("file", body, "application/pdf")
    if "%" not in name and "\\" not in name:
        assert file_part.filename == name


PART_HEAD = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'


@given(
    st.binary(max_size=300) | st.binary().map(lambda body: PART_HEAD + body + b"\r\n--x--\r\n"), st.text(max_size=80)
)
@example(PART_HEAD + b"1\r\n--x--\r\n", "")
def test_any_other_body_raises_no_other_error(raw: bytes, kind: str) -> None:
    for content_type in (kind, f"multipart/form-data; boundary={kind}", "multipart/form-data; boundary=x"):
        try:
            parts = parse_parts(content_type, raw)
        except MalformedForm:
            continue
        assert all(isinstance(part, FormPart) for part in parts)


@pytest.mark.parametrize(
    ("content_type", "disposition", "names"),
    [
        ("multipart/form-data; boundary=b", 'form-data; name="files"; filename="a.txt"', ("files", "a.txt")),
        ("Multipart/Form-Data; charset=utf-8; Boundary=b", 'form-data; name="a"', ("a", None)),
        ('multipart/form-data; boundary="b"; charset=utf-8', 'form-data; name=files; filename="a"', ("files", "a")),
        (
            "multipart/form-data; boundary=b",
            "form-data; name=f; filename=\"a\"; filename*=utf-8''%C3%A9.txt",
            ("f", "é.txt"),
        ),
        ("multipart/form-data; boundary=b", 'form-data; name="a%22b%0D%0A"', ('a"b\r\n', None)),
        ("multipart/form-data; boundary=b", "form-data; name=a", None),
        ("multipart/form-data; boundary=b", 'form-data; name="f"; filename=a.txt', None),
        ("multipart/form-data; boundary=b", 'attachment; name="a"', None),
        ("multipart/form-data; boundary=b", 'form-data; filename="a"', None),
        ("multipart/form-data; boundary=b", 'form-data; name="a" and more', None),
        ("multipart/form-data", 'form-data; name="a"', None),
        (f"multipart/form-data; boundary={'b' * 71}", 'form-data; name="a"', None),
    ],
)
def test_headers_are_parsed_strictly(content_type: str, disposition: str, names: tuple[str, str | None] | None) -> None:
    raw = f"--b\r\ncontent-disposition: {disposition}\r\n\r\nx\r\n--b--".encode()
    if names is None:
        with pytest.raises(MalformedForm):
            parse_parts(content_type, raw)
    else:
        (part,) = parse_parts(content_type, raw)
        assert (part.name, part.filename, part.body) == (*names, b"x")


@pytest.mark.parametrize(
    "raw", [b"", b"--b", b"--b\r\n", b"--b\r\nname: x\r\n--b--", b"--b\r\na: b\r\n\r\nx\r\n--bb--"]
)
def test_an_incomplete_form_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedForm):
        parse_parts("multipart/form-data; boundary=b", raw)
