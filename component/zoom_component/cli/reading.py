"""What comes in: files, stdin, `-i name=value` pairs. All of it untrusted; what is wrong with it is told in words."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from zoom_component.client.request.values import InvalidValue, parse_json
from zoom_component.errors import InputError, Problem

__all__ = ["open_input", "parse_json_value", "read_inputs", "read_text"]

_PAIR = re.compile(r"(?P<name>[^=:@\s]+)(?P<mark>:?=)(?P<value>.*)\Z", re.DOTALL)
# What JSON allows but no request can carry: half a surrogate pair, and numbers past every float.
_MAYBE_UNSENDABLE = re.compile(r"\\u[dD][89a-fA-F]|[eE]\+?\d{3}|[\ud800-\udfff]")


@contextmanager
def open_input(name: str, option: str) -> Iterator[BinaryIO]:
    """A file to read bytes from; "-" is stdin. Raises InputError when it cannot be read."""
    if name == "-":
        # There is none where the caller closed it, whatever the annotation says.
        stdin: TextIO | None = sys.stdin
        if stdin is None:
            raise _input_error(option, "stdin is closed; name a file, or give it something to read")
        yield stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 (closed below; only opening it may fail here)
    except (OSError, ValueError) as error:
        raise _unreadable_error(name, option, error) from None
    with file:
        yield file


def read_text(name: str, option: str) -> str:
    """The text of a file, or of stdin for "-". Raises InputError when it cannot be read or is not UTF-8."""
    try:
        with open_input(name, option) as file:
            content = file.read()
    except OSError as error:
        raise _unreadable_error(name, option, error) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _input_error(option, f"{name} is not UTF-8 text (byte {error.start})") from None


def parse_json_value(text: str) -> Any:
    """A JSON value that a request can carry. Raises Mismatch with what is wrong with it."""
    value = parse_json(text, "JSON")
    if _MAYBE_UNSENDABLE.search(text):
        _check_sendable(value)
    return value


def read_inputs(pairs: Sequence[str], file: str | None) -> dict[str, Any]:
    """The inputs of a call: those of a JSON or YAML file, and the pairs of the command line, which win."""
    given = dict(_read_input_file(file)) if file else {}
    seen: set[str] = set()
    problems: list[Problem] = []
    for pair in pairs:
        try:
            name, value = _parse_pair(pair)
        except InputError as error:
            problems += error.problems
            continue
        if name in seen:
            problems.append(Problem(name, "it is given twice; give it once (a list as name:='[1, 2]')"))
        seen.add(name)
        given[name] = value
    if problems:
        raise InputError(problems)
    return given


def _parse_pair(pair: str) -> tuple[str, Any]:
    found = _PAIR.match(pair)
    if found is None:
        raise _input_error("-i", f"came {_shorten(pair)}; accepted: name=value, name=@file or name:=json")
    name, mark, value = found["name"], found["mark"], found["value"]
    if value.startswith("@"):
        value = read_text(value[1:], name)
    try:
        if mark == ":=":
            return name, parse_json_value(value)
        _check_sendable(value)
    except InvalidValue as mismatch:
        raise _input_error(name, str(mismatch)) from None
    return name, value


def _read_input_file(name: str) -> Mapping[str, Any]:
    text = read_text(name, "inputs")
    try:
        value = parse_json_value(text)
    except InvalidValue as mismatch:
        if name.endswith(".json") or text.lstrip()[:1] in ("{", "["):
            raise _input_error("inputs", f"{name}: {mismatch}") from None
        value = _parse_yaml(text, name)
    if not isinstance(value, Mapping):
        raise _input_error("inputs", f"{name} holds no inputs; accepted: names with values, as JSON or YAML")
    return value


def _parse_yaml(text: str, name: str) -> Any:
    from zoom_component.spec.yaml12 import parse_yaml

    try:
        located = parse_yaml(text, name)
    except RecursionError:
        raise _input_error("inputs", f"{name} is nested too deeply") from None
    if located.diagnostics:
        raise InputError([Problem("inputs", str(fault)) for fault in located.diagnostics])
    try:
        _check_sendable(located.value)
    except InvalidValue as mismatch:
        raise _input_error("inputs", f"{name}: {mismatch}") from None
    return located.value


def _check_sendable(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise InvalidValue("it holds half a character (a lone surrogate); accepted: whole Unicode text") from None
    except (ValueError, RecursionError):
        raise InvalidValue("it holds a number that is too large to be sent; accepted: finite numbers") from None


def _unreadable_error(name: str, option: str, error: OSError | ValueError) -> InputError:
    why = (getattr(error, "strerror", None) or "that is no file name").lower()
    return _input_error(option, f"{_shorten(name)} cannot be read: {why}")


def _input_error(option: str, message: str) -> InputError:
    return InputError([Problem(option, message)])


def _shorten(text: str, most: int = 60) -> str:
    return repr(text if len(text) <= most else f"{text[: most - 1]}…")
