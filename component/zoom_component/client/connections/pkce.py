"""Create verifiers and challenges for Proof Key for Code Exchange.

Pure: random bytes are passed in.

https://datatracker.ietf.org/doc/html/rfc7636 and https://developers.zoom.us/docs/integrations/oauth/
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from zoom_component.errors import SpecError

__all__ = ["RANDOM_BYTES", "create_verifier", "derive_challenge"]

RANDOM_BYTES = 32


def create_verifier(random: bytes) -> str:
    """Return a code verifier of 43 to 128 characters, made of 32 to 96 random bytes.

    RFC 7636, section 4.1.
    """
    if not 32 <= len(random) <= 96:
        raise ValueError(f"expected 32 to 96 random bytes, got {len(random)}")
    return urlsafe_b64encode(random).rstrip(b"=").decode("ascii")


def derive_challenge(verifier: str, method: str) -> str:
    """Return the challenge for the consent page.

    `method` is "S256" or "plain" (RFC 7636, section 4.2).
    """
    if method == "plain":
        return verifier
    if method == "S256":
        return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
    raise SpecError(f'The pkce of a connection: expected S256 or plain, got "{method}".')
