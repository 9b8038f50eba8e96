"""Proof Key for Code Exchange: only who began the walk can end it. Pure: randomness is handed in as bytes.

https://datatracker.ietf.org/doc/html/rfc7636 and https://developers.zoom.us/docs/integrations/oauth/
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from zoom_component.errors import SpecError

__all__ = ["RANDOM_BYTES", "create_verifier", "derive_challenge"]

RANDOM_BYTES = 32


def create_verifier(random: bytes) -> str:
    """A code verifier of 43 to 128 characters, from 32 to 96 random bytes (RFC 7636 section 4.1)."""
    if not 32 <= len(random) <= 96:
        raise ValueError("a code verifier is made from 32 to 96 bytes")
    return urlsafe_b64encode(random).rstrip(b"=").decode("ascii")


def derive_challenge(verifier: str, method: str) -> str:
    """What the consent page is told of a verifier; `method` is "S256" or "plain" (RFC 7636 section 4.2)."""
    if method == "plain":
        return verifier
    if method == "S256":
        return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
    raise SpecError(f"A connection's pkce is {method!r}; it can be S256 or plain.")
