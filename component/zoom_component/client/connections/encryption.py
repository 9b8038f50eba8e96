"""Encryption at rest: AES-256-GCM, and where its key comes from.

The key is `ZOOM_COMPONENT_KEY` (32 bytes as base64, or a passphrase), else the key file if there is one, else the
operating system's keyring if it works, else a key file made now. `cryptography` is imported late: reading which
connections there are needs no key.
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

__all__ = ["KEY_BYTES", "DecryptionError", "decrypt", "encrypt", "find_key"]

KEY_BYTES = 32
KEY_VARIABLE = "ZOOM_COMPONENT_KEY"

_VERSION = b"\x01"
_NONCE_BYTES = 12


class DecryptionError(ValueError):
    """What was sealed does not open: another key, other surroundings, or damage. AES-GCM cannot tell which."""


def encrypt(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """Encrypt `plain`; it opens only with the same key and beside the same `bound` bytes."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, bound)


def decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """Decrypt what `seal` gave. Raises SealError."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE_BYTES + 16:
        raise DecryptionError("not a sealed value of this version")
    nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, rest, bound)
    except InvalidTag:
        raise DecryptionError("another key, or damage") from None


def find_key(folder: Path, salt: Callable[[], bytes]) -> bytes:
    """The sealing key of the store in `folder`; `salt` is asked for only when the key is a passphrase.

    Raises OSError when a key file has to be made and cannot be, ValueError when the one there is damaged.
    """
    if given := os.environ.get(KEY_VARIABLE):
        return _given_key(given, salt)
    file = folder / "connections.key"
    if file.exists():
        return _read_key(file)
    return _keyring_key() or _make_key(file)


def _given_key(given: str, salt: Callable[[], bytes]) -> bytes:
    try:
        key = base64.b64decode(given.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) == KEY_BYTES:
        return key
    return hashlib.scrypt(os.fsencode(given), salt=salt(), n=2**15, r=8, p=1, maxmem=2**26, dklen=KEY_BYTES)


def _read_key(file: Path) -> bytes:
    if os.name == "posix" and file.stat().st_mode & 0o077:
        file.chmod(0o600)
    try:
        key = base64.b64decode(file.read_bytes().strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise DecryptionError(f"{file.name} does not hold a key")
    return key


def _make_key(file: Path) -> bytes:
    """Written whole beside its place, then linked into it: of two processes one wins, and both read the winner's."""
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
    return _read_key(file)


def _keyring_key() -> bytes | None:
    """The key in the operating system's keyring, made there when absent; None where there is no working keyring.

    The package is optional, and its back ends fail in ways of their own on machines without a desktop.
    """
    try:
        keyring = importlib.import_module("keyring")
        kept = keyring.get_password("zoom-component", "connections")
        if kept is None:
            keyring.set_password(
                "zoom-component",
                "connections",
                base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii"),
            )
            kept = keyring.get_password("zoom-component", "connections")
        key = base64.b64decode(kept or "", validate=True)
    except Exception:
        return None
    return key if len(key) == KEY_BYTES else None
