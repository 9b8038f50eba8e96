"""Encrypt data at rest with AES-256-GCM, and find the key.

The key is `ZOOM_COMPONENT_KEY` (32 bytes as base64, or a passphrase), else the key file if there is one, else the
operating system's keyring if it works, else a new key file. `cryptography` is imported late: listing the names of
connections needs no key.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import importlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from zoom_component.errors import ConnectionFailed

__all__ = [
    "KEY_BYTES",
    "KEY_VARIABLE",
    "DecryptionError",
    "build_decryption_error",
    "build_key_error",
    "decrypt",
    "encrypt",
    "find_key",
]

KEY_BYTES = 32
KEY_VARIABLE = "ZOOM_COMPONENT_KEY"

_VERSION = b"\x01"
_NONCE_BYTES = 12


class DecryptionError(ValueError):
    """Report that data cannot be decrypted: the key or the context differs, or the data is damaged.

    AES-GCM cannot distinguish them.
    """


def encrypt(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Return `plaintext` encrypted; `decrypt` needs the same key and the same `context` bytes."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, context)


def decrypt(key: bytes, ciphertext: bytes, context: bytes) -> bytes:
    """Return the plaintext of what `encrypt` returned.

    Raise DecryptionError if that is not possible.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if ciphertext[:1] != _VERSION or len(ciphertext) < 1 + _NONCE_BYTES + 16:
        raise DecryptionError("not an encrypted value of this version")
    nonce, rest = ciphertext[1 : 1 + _NONCE_BYTES], ciphertext[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, rest, context)
    except InvalidTag:
        raise DecryptionError("the key differs, or the data is damaged") from None


def build_decryption_error(name: str) -> ConnectionFailed:
    """Return the error for a row that cannot be decrypted."""
    subject = f'The stored connection "{name}"' if name[:1].isalnum() else "The stored token of these credentials"
    return ConnectionFailed(
        f"{subject} cannot be decrypted: it was encrypted with another key, or its row is damaged. "
        f"Set {KEY_VARIABLE} to the key it was saved with (or restore connections.key); otherwise remove it and "
        "connect again.",
        connection=name,
        reconnect=True,
    )


def build_key_error(folder: Path, name: str) -> ConnectionFailed:
    """Return the error for a key that cannot be read."""
    return ConnectionFailed(
        f"The key of the stored connections cannot be read. Check {folder}, or set {KEY_VARIABLE}.", connection=name
    )


def find_key(folder: Path, get_salt: Callable[[], bytes]) -> bytes:
    """Return the encryption key of the store in `folder`.

    `get_salt` is called only if the key is a passphrase. Raise OSError if a key file is needed and cannot be made,
    ValueError if the existing one is damaged.
    """
    if text := os.environ.get(KEY_VARIABLE):
        return _parse_key(text, get_salt)
    file = folder / "connections.key"
    if file.exists():
        return _read_key_file(file)
    return _find_keyring_key() or _create_key_file(file)


def _parse_key(text: str, get_salt: Callable[[], bytes]) -> bytes:
    """Return a key from base64 text, or else derive it from the text as a passphrase."""
    try:
        key = base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) == KEY_BYTES:
        return key
    return hashlib.scrypt(os.fsencode(text), salt=get_salt(), n=2**15, r=8, p=1, maxmem=2**26, dklen=KEY_BYTES)


def _read_key_file(file: Path) -> bytes:
    if os.name == "posix" and file.stat().st_mode & 0o077:
        file.chmod(0o600)
    try:
        key = base64.b64decode(file.read_bytes().strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise DecryptionError(f"{file.name} does not hold a key")
    return key


def _create_key_file(file: Path) -> bytes:
    """Write a new key file and return the key that it holds.

    The file is written beside its place and then linked into it: of two processes one wins, and both read its key.
    """
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
    return _read_key_file(file)


def _find_keyring_key() -> bytes | None:
    """Return the key in the operating system's keyring, None without a working keyring.

    The key is created if absent. The package is optional, and its back ends raise errors of their own on machines
    without a desktop.
    """
    try:
        keyring = importlib.import_module("keyring")
        text = keyring.get_password("zoom-component", "connections")
        if text is None:
            keyring.set_password(
                "zoom-component",
                "connections",
                base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii"),
            )
            text = keyring.get_password("zoom-component", "connections")
        key = base64.b64decode(text or "", validate=True)
    except Exception:
        return None
    return key if len(key) == KEY_BYTES else None
