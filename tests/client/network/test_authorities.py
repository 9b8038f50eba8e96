"""Test which certificate authorities are trusted, and what a file of them may hold."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tests.support.tls_zoom import Authority

from zoom_component.client.network import authorities
from zoom_component.client.network.authorities import Authorities, create_tls_context, read_authorities
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import InputError

NAME = "api.zoom.test"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def is_trusted(context: ssl.SSLContext, authority: Authority, name: str = NAME) -> bool:
    """Return whether a handshake with a server of the authority succeeds."""
    mine, other = socket.socketpair()
    server_context = authority.create_context(NAME)

    def serve() -> None:
        try:
            with server_context.wrap_socket(other, server_side=True) as server:
                server.recv(1)
        except OSError:
            other.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with context.wrap_socket(mine, server_hostname=name) as client:
            client.sendall(b"x")
        return True
    except ssl.SSLCertVerificationError:
        return False
    finally:
        mine.close()
        thread.join()


def test_the_system_does_not_know_the_authority_of_a_company(authority: Authority) -> None:
    assert not is_trusted(create_tls_context(read_authorities(NetworkSettings(), {})), authority)


@pytest.mark.parametrize(
    "variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "ZOOM_COMPONENT_CA_FILE", "SSL_CERT_DIR"]
)
def test_each_variable_names_authorities(variable: str, authority: Authority) -> None:
    path = authority.file.parent if variable == "SSL_CERT_DIR" else authority.file
    context = create_tls_context(read_authorities(NetworkSettings(), {variable: str(path)}))
    assert is_trusted(context, authority)
    assert not is_trusted(context, authority, "other.zoom.test")


def test_a_setting_names_authorities(authority: Authority) -> None:
    settings = NetworkSettings(ca_file=str(authority.file))
    assert is_trusted(create_tls_context(read_authorities(settings, {})), authority)


def test_a_setting_is_added_and_the_variables_of_other_programs_replace(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path, "Other Authority")
    settings = NetworkSettings(ca_file=str(authority.file))
    read = read_authorities(settings, {"SSL_CERT_FILE": str(other.file), "ZOOM_COMPONENT_CA_FILE": "/not/used"})
    assert read == Authorities(((str(other.file), "SSL_CERT_FILE"),), ((str(authority.file), "ca_file"),))
    context = create_tls_context(read)
    assert is_trusted(context, authority)
    assert is_trusted(context, other)
    assert context.cert_store_stats()["x509_ca"] == 2  # and none of the system's


def test_one_file_that_several_variables_name_is_read_once() -> None:
    environ = {"SSL_CERT_FILE": "/a.pem", "REQUESTS_CA_BUNDLE": "/a.pem", "SSL_CERT_DIR": "/b:/c", "CURL_CA_BUNDLE": ""}
    read = read_authorities(NetworkSettings(), environ)
    assert [path for path, _ in read.instead] == ["/a.pem", "/b", "/c"]
    assert read.describe() == "/a.pem (SSL_CERT_FILE), /b (SSL_CERT_DIR), /c (SSL_CERT_DIR)"


def load(content: bytes, tmp_path: Path, name: str = "ca.pem") -> ssl.SSLContext:
    file = tmp_path / name
    file.write_bytes(content)
    return create_tls_context(Authorities(added=((str(file), "--ca-file"),)))


def test_files_as_people_export_them_are_read(authority: Authority, tmp_path: Path) -> None:
    pem = authority.file.read_bytes()
    der = authority.certificate.public_bytes(Encoding.DER)
    contents = {
        "plain.pem": pem,
        "crlf.pem": pem.replace(b"\n", b"\r\n"),
        "bom.pem": b"\xef\xbb\xbf" + pem,
        "comments.pem": "# Aussteller: Müller\n".encode() + pem + b"\ntail",
        "twice.pem": pem + pem,
        "binary.cer": der,
    }
    for name, content in contents.items():
        assert is_trusted(load(content, tmp_path, name), authority), name


def test_a_folder_of_files_is_read(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "company.CRT").write_bytes(authority.file.read_bytes())
    (tmp_path / "README").write_text("not a certificate")
    context = create_tls_context(Authorities(added=((str(tmp_path), "--ca-file"),)))
    assert is_trusted(context, authority)


def test_a_folder_with_the_names_of_openssl_is_read_when_it_is_needed(tmp_path: Path, authority: Authority) -> None:
    (tmp_path / "01234567.0").write_bytes(authority.file.read_bytes())
    context = create_tls_context(Authorities(((str(tmp_path), "SSL_CERT_DIR"),)))
    assert context.cert_store_stats()["x509"] == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a file of certificates"),
        (b"hello", "is not a file of certificates"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is not a file of certificates"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n", "holds no certificate"),
    ],
)
def test_a_file_without_certificates_is_an_input_error(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"--ca-file: .*ca\.pem {message}"):
        load(content, tmp_path)


def test_a_path_that_cannot_be_read_names_its_setting(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"SSL_CERT_FILE: /no/such\.pem cannot be read: no such file or directory"):
        create_tls_context(Authorities((("/no/such.pem", "SSL_CERT_FILE"),)))
    with pytest.raises(InputError, match="has no certificates: expected files that end with"):
        create_tls_context(Authorities(((str(tmp_path), "SSL_CERT_DIR"),)))
    with pytest.raises(InputError, match="is not a valid file name"):
        create_tls_context(Authorities((("a\0b", "SSL_CERT_FILE"),)))


def test_a_context_is_made_once_for_the_same_authorities(authority: Authority) -> None:
    named = Authorities(added=((str(authority.file), "--ca-file"),))
    assert create_tls_context(named) is create_tls_context(Authorities(named.instead, named.added))


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_the_store_of_the_platform_is_used_where_there_is_one(
    platform: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    import truststore

    monkeypatch.setattr(sys, "platform", platform)
    context = create_tls_context(Authorities(added=((str(authority.file), f"of {platform}"),)))
    assert isinstance(context, truststore.SSLContext)
    # Its own classes verify, so nothing may replace them.
    assert context._ctx.sslobject_class.__name__ == "TruststoreSSLObject"
    assert context._ctx.sslsocket_class.__name__ == "TruststoreSSLSocket"


def test_a_system_without_authorities_uses_packaged_ones(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    packaged = ModuleType("certifi")
    packaged.where = lambda: str(authority.file)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "certifi", packaged)
    monkeypatch.setattr(authorities, "_load_system_files", lambda context: False)
    assert is_trusted(authorities._create_system_context("linux"), authority)
