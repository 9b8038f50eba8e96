"""Find the certificate authorities to trust, and create the TLS contexts that trust them.

The system's authorities are trusted by default. The variables of other programs replace them, as they do there; the
file of an option or a connection is added to either.
"""

from __future__ import annotations

import os
import re
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from zoom_component.client.network.peer_certificates import record_refused_certificates
from zoom_component.client.network.settings import CA_FILE_VARIABLE, NetworkSettings
from zoom_component.errors import InputError, Problem

__all__ = ["Authorities", "create_tls_context", "read_authorities"]

# A file each, or a folder. OpenSSL reads SSL_CERT_FILE and SSL_CERT_DIR, requests and curl the others:
# https://docs.openssl.org/master/man3/SSL_CTX_load_verify_locations/ and
# https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification
_FILE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_FOLDERS_VARIABLE = "SSL_CERT_DIR"
# Where Linux distributions and BSDs keep their bundle, for a Python whose OpenSSL looks elsewhere.
_BUNDLES = (
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
)
_PEM = re.compile(
    rb"-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[A-Za-z0-9+/=\s]+-----END \1-----",
)
_HASHED_NAME = re.compile(r"[0-9a-fA-F]{8}\.\d+")
_SUFFIXES = (".pem", ".crt", ".cer", ".der")


@dataclass(frozen=True, slots=True)
class Authorities:
    """Name the files and folders of authorities, each with the setting that it comes from.

    Those in `instead` replace the system's; those in `added` are trusted as well.
    """

    instead: tuple[tuple[str, str], ...] = ()
    added: tuple[tuple[str, str], ...] = ()

    def describe(self) -> str:
        """Return one line about them, for people."""
        base = [f"{path} ({origin})" for path, origin in self.instead] or ["those of the system"]
        return ", ".join([*base, *(f"{path} ({origin})" for path, origin in self.added)])


def read_authorities(settings: NetworkSettings, environ: Mapping[str, str] | None = None) -> Authorities:
    """Return the authorities of the settings and the environment. No file is read."""
    variables = os.environ if environ is None else environ
    instead = [(path, name) for name in _FILE_VARIABLES if (path := variables.get(name, "").strip())]
    folders = variables.get(_FOLDERS_VARIABLE, "").split(os.pathsep)
    instead += [(path, _FOLDERS_VARIABLE) for path in folders if path.strip()]
    file, origin = settings.ca_file, settings.ca_origin
    if not file:
        file, origin = variables.get(CA_FILE_VARIABLE, "").strip(), CA_FILE_VARIABLE
    unique = {path: (path, name) for path, name in reversed(instead)}
    return Authorities(tuple(reversed(unique.values())), ((file, origin),) if file else ())


@lru_cache(maxsize=16)
def create_tls_context(authorities: Authorities) -> ssl.SSLContext:
    """Return a TLS context for clients that trusts these authorities; one for each set of them in a process.

    Raise InputError, which names the setting, for a file that cannot be read or holds no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if authorities.instead else _create_system_context(sys.platform)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # A company may hand out the authority that signs, without the root above it. curl trusts it as well.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    for path, origin in (*authorities.instead, *authorities.added):
        _load_path(context, Path(path).expanduser(), origin)
    return record_refused_certificates(context)


def _create_system_context(platform: str) -> ssl.SSLContext:
    """Return a TLS context that trusts the system's authorities."""
    if platform in ("darwin", "win32"):
        # These platforms verify certificates themselves. Elsewhere truststore would read the files of OpenSSL again for
        # each connection, which takes about 30 ms where the authorities are in one file.
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not _load_system_files(context):
        # An image without the package ca-certificates.
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _load_system_files(context: ssl.SSLContext) -> bool:
    """Load the files where OpenSSL and the distributions keep authorities, and return whether there are any."""
    paths = ssl.get_default_verify_paths()
    has_folder = bool(_find_hashed_names(Path(paths.openssl_capath)))
    if has_folder:
        context.load_verify_locations(capath=paths.openssl_capath)  # a certificate is read when it is needed
    bundles = (paths.openssl_cafile,) if has_folder else (paths.openssl_cafile, *_BUNDLES)
    bundle = next((file for file in bundles if os.path.isfile(file)), None)
    if bundle is not None:
        context.load_verify_locations(bundle)
    return has_folder or bundle is not None


def _load_path(context: ssl.SSLContext, path: Path, origin: str) -> None:
    try:
        if not path.is_dir():
            _load_file(context, path, origin)
        elif _find_hashed_names(path):
            context.load_verify_locations(capath=path)
        else:
            _load_folder(context, path, origin)
    except OSError as error:
        raise _build_error(origin, path, f"cannot be read: {(error.strerror or 'unknown error').lower()}") from None
    except ValueError:
        raise _build_error(origin, path, "is not a valid file name") from None


def _load_folder(context: ssl.SSLContext, folder: Path, origin: str) -> None:
    """Load the certificates of a folder without the names that OpenSSL looks up."""
    files = [file for file in sorted(folder.iterdir()) if file.suffix.lower() in _SUFFIXES]
    if not files:
        raise _build_error(origin, folder, f"has no certificates: expected files that end with {', '.join(_SUFFIXES)}")
    for file in files:
        _load_file(context, file, origin)


def _load_file(context: ssl.SSLContext, file: Path, origin: str) -> None:
    """Load a file of certificates, in PEM or DER. Text between the certificates is ignored."""
    content = file.read_bytes()
    blocks = [match.group() for match in _PEM.finditer(content)]
    if not blocks and b"-----BEGIN" in content:
        raise _build_error(origin, file, "holds no certificate: expected -----BEGIN CERTIFICATE-----")
    try:
        context.load_verify_locations(cadata=b"\n".join(blocks).decode("ascii") if blocks else content)
    except (ssl.SSLError, ValueError):
        raise _build_error(origin, file, "is not a file of certificates: expected PEM or DER") from None


def _find_hashed_names(folder: Path) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if _HASHED_NAME.fullmatch(name)]
    except OSError:
        return []


def _build_error(origin: str, path: Path, message: str) -> InputError:
    return InputError([Problem(origin, f"{path} {message}.")])
