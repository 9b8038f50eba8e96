"""What a change of one input means for those who give it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zoom_component.tools.compare.spec_changes import Severity, SpecChange

__all__ = ["compare_inputs"]

_SHAPE = ("type", "sends", "collection")
_TIES = {
    "along": "counts only along with",
    "unless": "contradicts",
    "after": "may not lie before",
    "zone": "is read in",
}
_LIMITS = (("minimum", True), ("maximum", False), ("min_length", True), ("max_length", False))
_WORDS = ("label", "comments", "example", "placeholder", "scaffold", "shown", "advanced", "caution", "language")
_OTHER = (*_WORDS, "data_source", "toolkit")
Words = Mapping[str, Any]


class _Side(NamedTuple):
    part: str
    key: str
    applies: bool


def compare_inputs(
    part: str, old: Mapping[str, Words], new: Mapping[str, Words], applies: bool
) -> Iterator[SpecChange]:
    """The changes from one set of inputs to another. `applies` says whether defaults step in for absent ones."""
    for key in old.keys() - new.keys():
        yield SpecChange("breaking", part, f"the input `{key}` is gone.")
    fresh = {key: _needed(new[key], applies) for key in sorted(new.keys() - old.keys())}
    yield from (SpecChange("breaking", part, f"the new input `{key}` is required.") for key in fresh if fresh[key])
    if free := [f"`{key}`" for key in fresh if not fresh[key]]:
        told = (
            f"there is an input {free[0]}." if len(free) == 1 else f"there are {len(free)} inputs: {', '.join(free)}."
        )
        yield SpecChange("additive", part, told)
    for key in old.keys() & new.keys():
        yield from _one(_Side(part, key, applies), old[key], new[key])


def _needed(words: Words, applies: bool) -> bool:
    sent_in_path = str(words.get("send") or "").startswith("path.")
    return bool(words.get("required") or sent_in_path) and not ("default" in words and applies)


def _one(side: _Side, old: Words, new: Words) -> Iterator[SpecChange]:
    found = [
        *_presence(side, old, new),
        *_shape(old, new),
        *_choices(old, new),
        *_limits(old, new),
        *_forms(old, new),
    ]
    yield from (SpecChange(weight, side.part, f"the input `{side.key}` {says}.") for weight, says in found)


def _presence(side: _Side, old: Words, new: Words) -> Iterator[tuple[Severity, str]]:
    before, now = _needed(old, side.applies), _needed(new, side.applies)
    if before != now:
        yield ("breaking", "is required now") if now else ("additive", "is required no more")
    if side.applies and old.get("default") != new.get("default"):
        yield "breaking", f"has the default {_shown(new, 'default')} now, and had {_shown(old, 'default')}"
    if old.get("deprecated", False) != new.get("deprecated", False):
        yield "other", "is deprecated by the API now" if new.get("deprecated") else "is deprecated no more"


def _shape(old: Words, new: Words) -> Iterator[tuple[Severity, str]]:
    for word in _SHAPE:
        if old.get(word) != new.get(word):
            yield "breaking", f"changed its {word} from {_shown(old, word)} to {_shown(new, word)}"
    if old.get("send") != new.get("send"):
        yield "breaking", f"is sent to {_shown(new, 'send')} now, and was to {_shown(old, 'send')}"


def _choices(old: Words, new: Words) -> Iterator[tuple[Severity, str]]:
    before, now = old.get("model"), new.get("model")
    if before is None and now is not None:
        yield "breaking", f"takes only {', '.join(now)} now"
    elif before is not None and now is None:
        yield "additive", "takes more than the choices it had"
    elif before is not None and now is not None:
        if gone := [value for value in before if value not in now]:
            yield "breaking", f"takes {', '.join(gone)} no more"
        if more := [value for value in now if value not in before]:
            yield "additive", f"takes {', '.join(more)}, too"
        if any(now.get(value) not in (None, label) for value, label in before.items()):
            yield "other", "has other labels for its choices"


def _limits(old: Words, new: Words) -> Iterator[tuple[Severity, str]]:
    yield from _bounds(old, new, "")
    before, now = old.get("each"), new.get("each")
    if before is not None and now is not None:
        yield from _bounds(before, now, " of an item")
        if {word: before.get(word) for word in ("sends", "pattern", "model")} != {
            word: now.get(word) for word in ("sends", "pattern", "model")
        }:
            yield "breaking", "has other rules for its items"
    elif before != now:
        yield (
            ("breaking", "has rules for its items now") if now else ("additive", "has no rules for its items any more")
        )


def _bounds(old: Words, new: Words, whose: str) -> Iterator[tuple[Severity, str]]:
    for word, least in _LIMITS:
        before, now = old.get(word), new.get(word)
        if before == now:
            continue
        tighter = now is not None and (before is None or (now > before) is least)
        told = f"has the {word.replace('_', ' ')}{whose} {_shown(new, word)} now, and had {_shown(old, word)}"
        yield ("breaking" if tighter else "additive"), told


def _forms(old: Words, new: Words) -> Iterator[tuple[Severity, str]]:
    for word in ("format", "pattern"):
        if old.get(word) != new.get(word):
            told = f"has the {word} {_shown(new, word)} now, and had {_shown(old, word)}"
            yield ("additive" if new.get(word) is None else "breaking"), told
    for word, told in _TIES.items():
        if old.get(word) != new.get(word):
            other = new.get(word)
            lost = f"is no longer tied to `{old.get(word)}`"
            yield ("breaking", f"{told} `{other}` now") if other else ("additive", lost)
    if changed := [word for word in _OTHER if old.get(word) != new.get(word)]:
        yield "other", f"is told otherwise ({_listed(changed)})"


def _shown(words: Words, word: str) -> str:
    return "none" if words.get(word) is None else json.dumps(words[word], ensure_ascii=False)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(word.replace("_", " ") for word in words)
