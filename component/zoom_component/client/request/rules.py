"""Rules across inputs: JSON Schema fragments over what the inputs came to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from zoom_component.errors import Problem
from zoom_component.spec.spec import ActionSpec

__all__ = ["find_rule_violations"]

_WITHIN = 2**63


def find_rule_violations(
    action: ActionSpec, values: Mapping[str, Any], invalid: Collection[str] = ()
) -> Iterator[Problem]:
    """A problem for each rule of the action that the values do not meet.

    A rule that speaks of a `faulty` input is passed over: what it would say rests on a value that is not there.
    """
    if not action.rules:
        return
    plain = {key: _plain(value) for key, value in values.items()}
    for rule in action.rules:
        if any(key in rule.inputs or f'"{key}"' in rule.schema for key in invalid):
            continue
        if not _compiled(rule.schema)(plain):
            yield Problem(rule.inputs[0], rule.message)


@lru_cache(maxsize=256)
def _compiled(schema: str) -> Callable[[Any], bool]:
    try:
        from jsonschema_rs import validator_for
    except ImportError:
        return _slow(schema)
    return validator_for(schema).is_valid


def _slow(schema: str) -> Callable[[Any], bool]:
    """The same judgement by the pure Python library, where the compiled one cannot be had."""
    import json

    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json.loads(schema))
    return lambda value: bool(validator.is_valid(value))


def _plain(value: Any) -> Any:
    """Integers past 64 bits count as numbers for a rule; what is sent stays exact."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _WITHIN:
        return float(value) if abs(value) < 10**300 else 1e300
    return value
