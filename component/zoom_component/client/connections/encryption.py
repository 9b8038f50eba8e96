"""Encrypt data at rest with AES-256-GCM, and find the key of a store.

The key is `ZOOM_COMPONENT_KEY` (32 bytes as base64, or a passphrase), else the key file if there is one, else the
operating system's keyring if it works, else a new key file. A store has one key for good: it holds a value that only
that key opens, and no other key is made for it. `cryptography` is imported late: listing the names of connections needs
no key.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import importlib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from zoom_component import paths
from zoom_component.errors import ConnectionFailed

__all__ = [
    "KEY_BYTES",
    "KEY_VARIABLE",
    "MIN_PASSPHRASE",
    "DecryptionError",
    "StoreKey",
    "WrongKey",
    "build_decryption_error",
    "build_key_error",
    "build_store_error",
    "decrypt",
    "encrypt",
    "find_key",
]

KEY_BYTES = 32
KEY_VARIABLE = "ZOOM_COMPONENT_KEY"
MIN_PASSPHRASE = 16

_VERSION = b"\x01"
_CHECK = b"zoom-component key"
_NONCE_BYTES = 12


class DecryptionError(ValueError):
    """Report that data cannot be decrypted: the key or the context differs, or the data is damaged.

    AES-GCM cannot distinguish them.
    """


class WrongKey(DecryptionError):
    """Report that the key of a store is gone, is another one, or cannot be used. The message has what to do."""


class StoreKey:
    """Hold the key of the store in `folder`, and seal and open values with it.

    `put_about` stores bytes under a word of the store unless it has some, and returns what it has then; with None it
    only reads. `list_rows` returns the name, kind and fields of all rows. `lock` holds off other processes.
    """

    def __init__(
        self,
        folder: Path,
        put_about: Callable[[str, bytes | None], bytes | None],
        list_rows: Callable[[], list[Any]],
        lock: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        self._file = folder / "connections.key"
        self._put_about, self._list_rows, self._lock = put_about, list_rows, lock
        self._key = b""
        self._store_id = ""
        self._source: object = None

    def seal(self, value: Mapping[str, Any], *context: str | bytes, use_held: bool = False) -> bytes:
        """Return a value encrypted. To open it takes the same store and the same context. Raise WrongKey or OSError.

        With `use_held`, the key is not read again, also if it is gone meanwhile.
        """
        key = self._key if use_held and self._key else self.get()
        return encrypt(key, json.dumps(value, allow_nan=False).encode(), self._build_context(context))

    def open(self, sealed: bytes, *context: str | bytes) -> dict[str, Any]:
        """Return a sealed value. Raise DecryptionError, WrongKey or OSError."""
        key = self.get()
        value: dict[str, Any] = json.loads(decrypt(key, sealed, self._build_context(context)))
        return value

    def get(self) -> bytes:
        """Return the key. It is read again when its source has changed. Raise WrongKey or OSError."""
        source = self._describe_source()
        if not self._key or source != self._source:
            with self._lock("\0key"):
                self._key = self._load()
            self._source = self._describe_source()
        return self._key

    def _describe_source(self) -> object:
        """Return a value that changes with the variable and with the key file."""
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return os.environ.get(KEY_VARIABLE)
        return os.environ.get(KEY_VARIABLE), status.st_ino, status.st_size, status.st_mtime_ns

    def _load(self) -> bytes:
        check = self._put_about("check", None)
        # Rows without a check are those of the first version: their key exists, and only it may become the store's.
        rows = self._list_rows() if check is None else []
        key = find_key(self._file, self._get_salt, may_create=check is None and not rows)
        if rows:
            from zoom_component.client.connections.store_migration import can_open_row

            if not any(can_open_row(key, *row) for row in rows):
                raise self._build_wrong_key()
        self._store_id = (self._put_about("id", secrets.token_bytes(16)) or b"").hex()
        context = self._build_context(("check",))
        try:
            decrypt(key, check or self._put_about("check", encrypt(key, _CHECK, context)) or b"", context)
        except DecryptionError:
            raise self._build_wrong_key() from None
        return key

    def _build_wrong_key(self) -> WrongKey:
        return WrongKey(
            f"the key in {describe_key_source(self._file)} is not the one that {self._file.parent} was made with. "
            f"Restore that key, or set {KEY_VARIABLE} to it; without it, remove connections.db and connect again"
        )

    def _get_salt(self) -> bytes:
        return self._put_about("salt", secrets.token_bytes(16)) or b""

    def _build_context(self, context: tuple[str | bytes, ...]) -> bytes:
        words = [hashlib.sha256(each).hexdigest() if isinstance(each, bytes) else each for each in context]
        return json.dumps(["zoom-component 2", self._store_id, *words], allow_nan=False).encode()


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


def build_key_error(folder: Path, name: str, error: Exception) -> ConnectionFailed:
    """Return the error for a key that cannot be read, after an OSError, or used, after a WrongKey."""
    reason = (
        str(error)
        if isinstance(error, WrongKey)
        else f"the key in {folder} cannot be read. Check the folder, or set {KEY_VARIABLE}"
    )
    return ConnectionFailed(f"The stored connections cannot be opened: {reason}.", connection=name)


def build_store_error(file: Path, problem: str) -> ConnectionFailed:
    """Return the error for a store that cannot be used."""
    message = f"{file} {problem}. Move it away and connect again, or set ZOOM_COMPONENT_STATE to another folder."
    return ConnectionFailed(message, reconnect=True)


def find_key(file: Path, get_salt: Callable[[], bytes], *, may_create: bool = True) -> bytes:
    """Return the encryption key of the store whose key file is `file`.

    `get_salt` is called only if the key is a passphrase. `may_create` is False for a store that has a key already.
    Raise OSError if a key file is needed and cannot be made, WrongKey without a key that can be used.
    """
    if text := os.environ.get(KEY_VARIABLE):
        return _parse_key(text, get_salt)
    if file.exists():
        return _read_key_file(file)
    if key := _find_keyring_key(may_create=may_create):
        return key
    if not may_create:
        raise WrongKey(
            f"the key of {file.parent} is gone: there is no {file.name}, no key in the keyring, and {KEY_VARIABLE} is "
            "not set. Restore the key; without it, remove connections.db and connect again"
        )
    return _create_key_file(file)


def describe_key_source(file: Path) -> str:
    """Return where the key comes from, in a few words."""
    if os.environ.get(KEY_VARIABLE):
        return KEY_VARIABLE
    return str(file) if file.exists() else "the keyring"


def _parse_key(text: str, get_salt: Callable[[], bytes]) -> bytes:
    """Return a key from base64 text, or else derive it from the text as a passphrase."""
    try:
        key = base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) == KEY_BYTES:
        return key
    if len(text) < MIN_PASSPHRASE:
        raise WrongKey(
            f"{KEY_VARIABLE}: expected {KEY_BYTES} bytes as base64, or a passphrase of at least {MIN_PASSPHRASE} "
            f"characters, got {len(text)} characters"
        )
    return hashlib.scrypt(os.fsencode(text), salt=get_salt(), n=2**15, r=8, p=1, maxmem=2**26, dklen=KEY_BYTES)


def _read_key_file(file: Path) -> bytes:
    paths.require_own(file, 0o600)
    try:
        key = base64.b64decode(file.read_bytes().strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise WrongKey(f"{file} does not hold a key of {KEY_BYTES} bytes as base64. Restore it from a backup")
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


def _find_keyring_key(*, may_create: bool) -> bytes | None:
    """Return the key in the operating system's keyring, None without a working keyring.

    The key is created if it is absent and may be created. The package is optional, and its back ends raise errors of
    their own on machines without a desktop.
    """
    try:
        keyring = importlib.import_module("keyring")
        text = keyring.get_password("zoom-component", "connections")
        if text is None and may_create:
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
