"""Test verifiers and challenges of PKCE over all inputs."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.client.connections.pkce import create_verifier, derive_challenge
from zoom_component.errors import SpecError


@given(st.binary(min_size=32, max_size=96))
def test_a_verifier_has_the_length_and_the_characters_of_the_rfc(random: bytes) -> None:
    assert re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", create_verifier(random))


@given(st.binary(min_size=32, max_size=96))
def test_a_challenge_is_the_digest_of_the_verifier(random: bytes) -> None:
    challenge = derive_challenge(create_verifier(random), "S256")
    assert "=" not in challenge
    assert urlsafe_b64decode(challenge + "=") == sha256(create_verifier(random).encode()).digest()


def test_the_example_of_the_rfc() -> None:
    # RFC 7636, appendix B.
    assert (
        derive_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "S256")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_plain_returns_the_verifier_and_other_methods_are_refused() -> None:
    assert derive_challenge("v" * 43, "plain") == "v" * 43
    with pytest.raises(SpecError, match="S256 or plain"):
        derive_challenge("v" * 43, "S512")


@pytest.mark.parametrize("size", [0, 31, 97])
def test_too_few_and_too_many_random_bytes_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 to 96"):
        create_verifier(b"x" * size)
