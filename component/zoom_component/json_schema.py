"""Choose the JSON Schema engine: `jsonschema-rs` for calls, because it is fast; `jsonschema` for messages to people.

The two agree on what is valid. A call judges its rules with `jsonschema-rs`, or with `jsonschema` on machines that
have no build of it. Errors in spec files and in results are described by `jsonschema`, which names each place and what
is wrong there. Both are imported on first use, so a call whose action has no rules imports neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

__all__ = ["compile_schema", "find_compile_error", "find_schema_errors", "find_value_errors"]


@lru_cache(maxsize=256)
def compile_schema(schema: str) -> Callable[[Any], bool]:
    """Return a function that checks whether a value is valid. `schema` is the text of a JSON Schema."""
    try:
        from jsonschema_rs import validator_for
    except ImportError:
        return _compile_slowly(schema)
    return validator_for(schema).is_valid


def find_compile_error(schema: Any) -> str:
    """Return why a schema cannot be compiled, for example an invalid pattern; "" if it can.

    Without `jsonschema-rs` the answer is always "", because `jsonschema` compiles nothing before it is used.
    """
    import json

    try:
        from jsonschema_rs import validator_for
    except ImportError:
        return ""
    try:
        validator_for(json.dumps(schema, allow_nan=False))
    except ValueError as error:
        return str(error).splitlines()[0]
    return ""


def find_schema_errors(schema: Any) -> Iterator[tuple[tuple[str | int, ...], str, Any]]:
    """Yield the path, the message and the value of each place where a schema is not a valid JSON Schema."""
    from jsonschema import Draft202012Validator

    return _find_errors(Draft202012Validator.META_SCHEMA, schema)


def find_value_errors(schema: Any, value: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the path and the message of each place where a value does not match a schema."""
    return ((path, message) for path, message, _ in _find_errors(schema, value))


def _find_errors(schema: Any, value: Any) -> Iterator[tuple[tuple[str | int, ...], str, Any]]:
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(schema).iter_errors(value):
        yield tuple(error.absolute_path), error.message, error.instance


def _compile_slowly(schema: str) -> Callable[[Any], bool]:
    import json

    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json.loads(schema))
    return lambda value: bool(validator.is_valid(value))
