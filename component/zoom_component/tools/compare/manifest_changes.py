"""What changed from one manifest to another, and what that means for callers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.tools.compare.input_changes import compare_inputs
from zoom_component.tools.compare.spec_changes import Severity, SpecChange

__all__ = ["compare_manifests"]

_APPLYING = ("create", "read", "any")
_WEIGHTS: tuple[Severity, ...] = ("breaking", "additive", "other")
_TOLD = ("label", "description", "notes", "examples", "example_payload", "documents", "toolkit", "file", "errors")
_CALLS = ("method", "path", "operation", "handler", "answer")
_HOMES = (
    ("actions", "the action"),
    ("triggers", "the trigger"),
    ("data_sources", "the data source"),
    ("connections", "the connection"),
)
Words = Mapping[str, Any]


def compare_manifests(old: Words, new: Words) -> list[SpecChange]:
    """Every change from the manifest `old` to `new`, the heaviest first."""
    found = [change for home, kind in _HOMES for change in _home(home, kind, old.get(home, {}), new.get(home, {}))]
    return sorted(found, key=lambda change: (_WEIGHTS.index(change.severity), change.part, change.message))


def _home(home: str, kind: str, old: Mapping[str, Words], new: Mapping[str, Words]) -> Iterator[SpecChange]:
    parts = {"actions": _action, "triggers": _trigger, "connections": _connection, "data_sources": _source}
    yield from (SpecChange("breaking", key, f"{kind} is gone.") for key in old.keys() - new.keys())
    yield from (SpecChange("additive", key, f"{kind} is new.") for key in new.keys() - old.keys())
    for key in old.keys() & new.keys():
        yield from parts[home](key, old[key], new[key])


def _action(key: str, old: Words, new: Words) -> Iterator[SpecChange]:
    applies = new.get("effect") in _APPLYING
    if old.get("effect") != new.get("effect"):
        yield SpecChange("breaking", key, f"its effect is {new.get('effect')} now, and was {old.get('effect')}.")
    yield from compare_inputs(key, old.get("inputs", {}), new.get("inputs", {}), applies)
    yield from _slug(key, old, new)
    yield from _result(key, old, new)
    yield from _scopes(key, old, new)
    yield from _rules(key, old, new)
    yield from _needs(key, old, new)
    if changed := [word for word in _TOLD if old.get(word) != new.get(word)]:
        yield SpecChange(
            "other", key, f"it is told otherwise ({', '.join(word.replace('_', ' ') for word in changed)})."
        )


def _slug(key: str, old: Words, new: Words) -> Iterator[SpecChange]:
    before, now = old.get("slug"), new.get("slug")
    if before != now and before is not None:
        yield SpecChange("breaking", key, f"the slug {before} is gone{f'; it is {now} now' if now else ''}.")
    elif before != now:
        yield SpecChange("additive", key, f"it has the slug {now}.")


def _result(key: str, old: Words, new: Words) -> Iterator[SpecChange]:
    before, now = old.get("pages") or {}, new.get("pages") or {}
    if bool(before) != bool(now) or before.get("items") != now.get("items"):
        yield SpecChange("breaking", key, "its result has another shape: it lists otherwise, or no more.")
    elif before.get("most") != now.get("most"):
        lower = (now.get("most") or 0) < (before.get("most") or 0)
        told = f"a page holds {now.get('most')} items at most now, and held {before.get('most')}."
        yield SpecChange("breaking" if lower else "additive", key, told)
    elif before != now:
        yield SpecChange("other", key, "it pages otherwise.")
    if bool(old.get("merge")) != bool(new.get("merge")):
        now_merges = bool(new.get("merge"))
        told = "it can read before it writes." if now_merges else "it cannot read before it writes any more."
        yield SpecChange("additive" if now_merges else "breaking", key, told)
    if changed := [word for word in _CALLS if old.get(word) != new.get(word)]:
        yield SpecChange("other", key, f"it calls otherwise ({', '.join(changed)}).")


def _scopes(key: str, old: Words, new: Words) -> Iterator[SpecChange]:
    """One scope of a list suffices. Whoever has none of those that still do has to grant another."""
    for word in ("scopes", "granular_scopes"):
        before, now = set(old.get(word, ())), set(new.get(word, ()))
        kind = "classic" if word == "scopes" else "granular"
        if gone := sorted(before - now):
            heavy: Severity = "breaking" if now else "other"
            yield SpecChange(heavy, key, f"the {kind} scope {' or '.join(gone)} suffices no more.")
        if more := sorted(now - before):
            yield SpecChange("additive" if before else "other", key, f"the {kind} scope {' or '.join(more)} suffices.")


def _rules(key: str, old: Words, new: Words) -> Iterator[SpecChange]:
    before, now = old.get("rules", []), new.get("rules", [])
    told = {rule["message"] for rule in before}
    for rule in now:
        if rule not in before:
            known = rule["message"] in told
            says = "a rule reads otherwise" if known else "there is a new rule"
            yield SpecChange("breaking", key, f"{says}: {rule['message']}")
    kept = {rule["message"] for rule in now}
    for rule in before:
        if rule["message"] not in kept:
            yield SpecChange("additive", key, f"a rule is gone: {rule['message']}")


def _needs(key: str, old: Words, new: Words) -> Iterator[SpecChange]:
    before, now = (old.get("daily") or {}).get("limit"), (new.get("daily") or {}).get("limit")
    if before != now:
        tighter = now is not None and (before is None or now < before)
        told = f"{now or 'any number of'} calls a day are allowed now, {before or 'any number'} before."
        yield SpecChange("breaking" if tighter else "additive", key, told)
    for word, name in (("plan", "what it needs of the account"), ("rate_limit", "its rate label")):
        if old.get(word) != new.get(word):
            yield SpecChange("other", key, f"{name} is {_named(new, word)} now, and was {_named(old, word)}.")
    if old.get("deprecated", False) != new.get("deprecated", False):
        told = "the API has deprecated it." if new.get("deprecated") else "the API has deprecated it no more."
        yield SpecChange("other", key, told)


def _named(words: Words, word: str) -> str:
    return str(words.get(word) or "none").rstrip(".")


def _trigger(key: str, old: Words, new: Words) -> Iterator[SpecChange]:
    yield from compare_inputs(key, old.get("inputs", {}), new.get("inputs", {}), True)
    yield from _slug(key, old, new)
    for branch in old.get("branches", []):
        if branch not in new.get("branches", []):
            yield SpecChange("breaking", key, f"the branch {branch} is gone.")
    before, now = old.get("payload") or {}, new.get("payload") or {}
    for name in before.keys() - now.keys():
        yield SpecChange("breaking", key, f"the field `{name}` of its payload is gone.")
    for name in now.keys() - before.keys():
        yield SpecChange("additive", key, f"its payload has a field `{name}`.")
    for name in before.keys() & now.keys():
        if before[name].get("type") != now[name].get("type"):
            told = (
                f"the field `{name}` of its payload is {now[name].get('type')} now, and was {before[name].get('type')}."
            )
            yield SpecChange("breaking", key, told)
        if before[name].get("required") and not now[name].get("required"):
            yield SpecChange("breaking", key, f"the field `{name}` of its payload may be missing now.")
    if changed := [word for word in ("label", "description", "notes", "poll") if old.get(word) != new.get(word)]:
        yield SpecChange("other", key, f"it is told or works otherwise ({', '.join(changed)}).")


def _connection(key: str, old: Words, new: Words) -> Iterator[SpecChange]:
    yield from compare_inputs(key, old.get("inputs", {}), new.get("inputs", {}), True)
    for word in ("grant", "pkce"):
        if old.get(word) != new.get(word):
            told = f"its {word} is {new.get(word) or 'none'} now, and was {old.get(word) or 'none'}."
            yield SpecChange("breaking" if word == "grant" else "other", key, told)


def _source(key: str, old: Words, new: Words) -> Iterator[SpecChange]:
    yield from compare_inputs(key, old.get("inputs", {}), new.get("inputs", {}), True)
    before, now = ([each.get("value") for each in state.get("lists", [])] for state in (old, new))
    if before != now:
        yield SpecChange("breaking", key, "its values are other fields now.")
    told = ("label", "description", "action", "given", "search", "lists", "notes")
    if before == now and (changed := [word for word in told if old.get(word) != new.get(word)]):
        yield SpecChange("other", key, f"it is told or works otherwise ({', '.join(changed)}).")
