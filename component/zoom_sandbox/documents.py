"""Read the YAML and JSON that people write for the sandbox, and word the problems in it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from itertools import accumulate
from pathlib import Path
from typing import Any, NoReturn

import yaml

MAX_CHARACTERS = 8 * 1024 * 1024
MAX_DEPTH = 60
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # possessive, so that an open string costs one pass
_NO_BRACKETS = re.compile(r"[^\[{\]}]+")


class SandboxInputError(ValueError):
    """Report every problem of a file, a document or an option of the sandbox, one message each, with its place."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))


# JSON writes a character above U+FFFF as two escapes, which YAML does not know.
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_YamlLoader):  # type: ignore[misc]
    """Load YAML with the types of JSON: times, `no` and `12:30` stay text. A repeated key is an error."""

    yaml_implicit_resolvers: Mapping[str, Any] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise SandboxInputError([f'line {line}: the key "{key[:80]}" is repeated; remove one of the two'])
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


for _tag, _pattern, _first in (
    ("null", r"(?:null|~|)$", ["n", "~", ""]),
    ("bool", r"(?:true|false)$", list("tf")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def read_document(path: str | Path) -> Any:
    """Return the content of a YAML or JSON file.

    Raises SandboxInputError when the file cannot be read, or is neither YAML nor JSON.
    """
    try:
        with Path(path).open(encoding="utf-8") as file:
            text = file.read(MAX_CHARACTERS + 1)
    except OSError as problem:
        reason = (problem.strerror or type(problem).__name__).lower()
        raise SandboxInputError([f"{path}: cannot read the file: {reason}"]) from problem
    except UnicodeDecodeError as problem:
        raise SandboxInputError([f"{path}: the file is not UTF-8 text"]) from problem
    try:
        return parse_document(text)
    except SandboxInputError as error:
        raise SandboxInputError(f"{path}: {message}" for message in error.messages) from error


def parse_document(text: str) -> Any:
    """Return the content of a text in YAML or JSON. Raises SandboxInputError with the line of the problem."""
    if len(text) > MAX_CHARACTERS:
        raise SandboxInputError([f"expected a text of at most {MAX_CHARACTERS:,} characters, got {len(text):,}"])
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        # What is not JSON, repeats a key or has half a surrogate pair is read as YAML, which reports the line.
        with suppress(ValueError):
            check_json_depth(text)
            value = json.loads(text, object_pairs_hook=_build_object, parse_constant=_refuse_constant)
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
            return value
    text = _SURROGATES.sub(_join_surrogates, text)
    try:
        _check_yaml(text)
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, narrowed
        json.dumps(value, allow_nan=False)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        reason = getattr(problem, "problem", None) or "the text is not YAML"
        raise SandboxInputError([f"line {mark.line + 1}: {reason}" if mark else str(reason)]) from problem
    except SandboxInputError:
        raise
    except (TypeError, ValueError) as problem:  # keys that are not text, and numbers of more than 4,300 digits
        raise SandboxInputError(
            ["expected values that JSON can hold, got a number or a key that it cannot"]
        ) from problem
    return value


def check_json_depth(text: str) -> None:
    """Raise ValueError for JSON that is nested too deeply to be read without danger."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    brackets = _NO_BRACKETS.sub("", _STRINGS.sub("", text))
    if max(accumulate(1 if each in "[{" else -1 for each in brackets), default=0) > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")


def _check_yaml(text: str) -> None:
    """Raise SandboxInputError for YAML that is nested too deeply, or that has aliases, which multiply what they name.

    The loader is recursive and would end the process; the parser's events come step by step.
    """
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=_YamlLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        line = event.start_mark.line + 1
        if depth > MAX_DEPTH:
            raise SandboxInputError([f"line {line}: expected at most {MAX_DEPTH} nested levels"])
        if isinstance(event, yaml.AliasEvent):
            raise SandboxInputError([f"line {line}: aliases (*name) are not allowed; write the value in full"])


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of JSON pairs. Raises ValueError for a repeated key."""
    if len(mapping := dict(pairs)) < len(pairs):
        raise ValueError("a key is repeated")
    return mapping


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _join_surrogates(match: re.Match[str]) -> str:
    """Return YAML's escape of the character that JSON writes as two escapes."""
    high, low = int(match[2], 16), int(match[3], 16)
    return f"{match[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def describe_unknown_field(name: str, known: Collection[str], prefix: str = "") -> str:
    """Return the message about a field that does not exist, with the field that was probably meant.

    `prefix` is the place of the mapping, such as `users[0].`.
    """
    name = name if len(name) <= 80 else f"{name[:77]}..."
    similar = get_close_matches(name, known, 1)
    remedy = f'did you mean "{similar[0]}"?' if similar else f"expected one of {', '.join(known)}"
    return f"{prefix}{name}: unknown field; {remedy}"


def format_value(value: Any) -> str:
    """Return a value as JSON, for a message; long values are cut."""
    text = json.dumps(value, ensure_ascii=False, default=repr, allow_nan=True)  # for a message
    return text if len(text) <= 80 else f"{text[:77]}..."
