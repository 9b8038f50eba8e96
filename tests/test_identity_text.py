"""Test that text which identifies something loses what nobody sees, and that nothing else is guessed."""

from __future__ import annotations

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.identity_text import (
    UnreadableCharacter,
    clean_credential,
    clean_email,
    clean_id,
    clean_text,
    describe_unreadable,
    remove_invisible,
    split_addresses,
    strip_invisible,
)

INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u3164\ufe0f\ufeff\U000e0020"
)
BLANKS = " \t\u00a0\u1680\u2000\u2003\u2009\u200a\u202f\u205f\u2800\u3000"
CREDENTIAL = "9Xk7Lm2-QaT6_v8eZR1"
invisible = st.text(INVISIBLE, max_size=4)
blank = st.text(BLANKS + INVISIBLE, max_size=4)
any_text = st.text(max_size=40) | st.text(
    "aA1@.<>,; \u00a0\u200b\ufeff\u0301\uff41\uff20\u0661\u2011\u0430mailto:?%2", max_size=30
)


@given(any_text)
def test_cleaning_again_changes_nothing(text: str) -> None:
    for clean in (clean_text, clean_id, clean_credential, clean_email, remove_invisible, strip_invisible):
        with contextlib.suppress(UnreadableCharacter):
            once = clean(text)
            assert clean(once) == once


@given(blank, blank, st.integers(0, len(CREDENTIAL)), invisible)
def test_a_credential_loses_what_nobody_sees(before: str, after: str, at: int, inside: str) -> None:
    assert clean_credential(before + CREDENTIAL[:at] + inside + CREDENTIAL[at:] + after) == CREDENTIAL


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1))
def test_a_visible_credential_stays_as_it_is(text: str) -> None:
    assert clean_credential(text) == text
    assert clean_text(text) == text


@given(st.text(st.characters(exclude_characters=INVISIBLE), max_size=30))
def test_what_is_sent_as_a_credential_is_ascii(text: str) -> None:
    try:
        cleaned = clean_credential(text)
    except UnreadableCharacter:
        return
    assert cleaned.isascii()
    assert cleaned.isprintable()
    assert cleaned == cleaned.strip()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("８９３", "893"), ("٨٩٣", "893"), ("८९३", "893"), ("𝟖𝟗𝟑", "893"), ("Ｘｙ＿Ｔ", "Xy_T"), ("J\u2011x8", "J-x8"),
        ("ﬁle", "file"), ("a\u00a0b", "a b"), ("a\u2028b", "a\nb"), ("K", "K"), ("e\u0301", "é"), ("日報", "日報"),
        ("89²", "89²"), ("①", "①"), ("½", "½"), ("ª", "ª"), ("–", "–"),
    ],
)  # fmt: skip
def test_only_what_stands_for_one_ascii_text_is_replaced(text: str, plain: str) -> None:
    assert clean_text(text) == plain


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("9Xk7Lm2Q\u0430T6", "U+0430 (CYRILLIC SMALL LETTER A) at position 9"),
        ("\ufeffab\u2013cd", "U+2013 (EN DASH) at position 3"),
        ("ab\x00cd", "U+0000 (a control character) at position 3"),
        ("ab\ncd", "U+000A (a control character) at position 3"),
        ("ab\x1b[200~", "U+001B (a control character) at position 3"),
        ("ab\ue000", "U+E000 (a character without a name) at position 3"),
        ("é", "U+00E9 (LATIN SMALL LETTER E WITH ACUTE) at position 1"),
    ],
)
def test_a_character_that_no_credential_has_is_named_without_the_credential(text: str, character: str) -> None:
    with pytest.raises(UnreadableCharacter) as caught:
        clean_credential(text)
    assert str(caught.value) == character


@pytest.mark.parametrize(
    "text",
    [
        "a@example.com", "\u200ba@example.com", "a@example.com\u00a0", "a\u00ad@exam\u200bple.com",
        "mailto:a@example.com", "MAILTO:a@example.com?subject=Hello%20you", "mailto:a%40example.com",
        "<a@example.com>", '"a@example.com"',
        "“a@example.com”", "'a@example.com'", "Ann Smith <a@example.com>",
        '"Smith, Ann" <a@example.com>', "a@example.com;",
        "[a@example.com](mailto:a@example.com)", "<mailto:a@example.com>", "Ann <mailto:a@example.com>",
        "ａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
        "a@example\u3002com", " \ufeff<\u200ba@example.com>\u200b, ",
    ],
)  # fmt: skip
def test_an_email_address_in_every_form_that_people_copy(text: str) -> None:
    assert clean_email(text) == "a@example.com"


@pytest.mark.parametrize(
    "address", ["josé@exämple.com", "почта@пример.рф", "o'brien+zoom@example.com", "用户@例子.中国"]
)
def test_an_address_with_letters_of_another_script_stays(address: str) -> None:
    assert clean_email(address) == address
    assert clean_email(unicodedata.normalize("NFD", address)) == address


@pytest.mark.parametrize("address", ["\u0430nn@example.com", "ann@ex\u0430mple.com", "ann@example.c\u03bfm"])
def test_an_address_that_mixes_letters_which_look_alike_is_refused(address: str) -> None:
    with pytest.raises(UnreadableCharacter, match=r"U\+0(430|3BF) \((CYRILLIC|GREEK) SMALL LETTER"):
        clean_email(address)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a@x.com;b@x.com", ["a@x.com", "b@x.com"]),
        ("a@x.com, b@x.com,", ["a@x.com", "b@x.com"]),
        ("a@x.com；b@x.com", ["a@x.com", "b@x.com"]),
        ("a@x.com\nb@x.com", ["a@x.com", "b@x.com"]),
        ("Smith, Ann <a@x.com>; Jones, Bo <b@x.com>", ["Smith, Ann <a@x.com>", "Jones, Bo <b@x.com>"]),
        ("Smith, Ann <a@x.com>, Bo <b@x.com>", ["Smith, Ann <a@x.com>", "Bo <b@x.com>"]),
        (" ", []),
    ],
)  # fmt: skip
def test_a_list_of_addresses_is_split(text: str, parts: list[str]) -> None:
    assert split_addresses(text) == parts


def test_characters_are_described_for_people() -> None:
    assert describe_unreadable("a\u00a0b") == "U+00A0 (NO-BREAK SPACE)"
    assert describe_unreadable("plain text") == ""
