"""How an inbox fares: whether events come, whether listeners take them, and what to do where they do not.

Silence is the failure that nobody reports, so it is looked for: no event, no validation by Zoom, nobody at work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from zoom_component.events.inbox.store import Interest, Question, Store
from zoom_component.events.listeners.spans import short

__all__ = ["Finding", "Limits", "findings", "listeners_of"]

_LOOKED_AT = 20  # events of a listener that are looked at for errors
VALIDATION = "validation"


class Limits(NamedTuple):
    """From when on something is worth a warning, in seconds. Zoom validates an address about every 72 hours."""

    quiet: float = 24 * 3600.0
    validation: float = 80 * 3600.0
    backlog: float = 15 * 60.0


class Finding(NamedTuple):
    """One thing that was looked at: `state` is `ok`, `warn`, or `none` where there is nothing to judge."""

    check: str
    state: str
    message: str
    remedy: str = ""


def findings(store: Store, now: float, limits: Limits | None = None) -> list[Finding]:
    """All that can be told from an inbox."""
    limits = limits or Limits()
    found = [_last_event(store, now, limits), _validation(store, now, limits), _backlog(store, now, limits)]
    found += [_dead(store, now)]
    found += [finding for row in listeners_of(store) for finding in _listener(row, now, limits)]
    return [*found, *_polls(store, now)]


def listeners_of(store: Store) -> list[dict[str, Any]]:
    """Each listener with how it fares: how many events wait, are under way, are dead; of the latest, how many failed,
    and the last error; and since when something is due."""
    unfinished = store.counts(0).unfinished
    return [_fares(store, each, unfinished.get(each.listener, {})) for each in store.interests()]


def _fares(store: Store, interest: Interest, counted: Mapping[str, int]) -> dict[str, Any]:
    name = interest.listener
    row: dict[str, Any] = {"listener": name, "events": list(interest.events), "ordered": interest.ordered}
    row |= {"failing": 0, "last_error": "", "due": store.next_due([name])}
    row |= {state: counted.get(state, 0) for state in ("ready", "leased", "dead")}
    for state in ("ready", "dead"):
        found = store.find(Question(state=state, listener=name, most=_LOOKED_AT))
        own = [each for kept in found for each in store.outcomes(kept.id) if each.listener == name and each.error]
        row["failing"] += len(own) if state == "ready" else 0
        row["last_error"] = row["last_error"] or (own[0].error if own else "")
    return row


def _last_event(store: Store, now: float, limits: Limits) -> Finding:
    found = store.find(Question(most=1))
    if not found:
        remedy = "is the receiver running, and its address among the app's Event Subscriptions?"
        return Finding("last event", "warn", "no event ever came", remedy)
    age, last = now - found[0].arrival.received, found[0].arrival
    told = f"{last.event}, {short(age)} ago, from {last.source}"
    if age <= limits.quiet:
        return Finding("last event", "ok", told)
    remedy = f"nothing for more than {short(limits.quiet)}: `inbox backfill` looks for what was missed"
    return Finding("last event", "warn", told, remedy)


def _validation(store: Store, now: float, limits: Limits) -> Finding:
    last = store.marks().get(VALIDATION)
    if last is not None and now - last <= limits.validation:
        return Finding("last validation", "ok", f"{short(now - last)} ago")
    remedy = (
        "Zoom asks about every 72 hours and sends nothing more to an address that does not answer: validate it again"
    )
    remedy += " on the app's page"
    if last is not None:
        return Finding("last validation", "warn", f"{short(now - last)} ago", remedy)
    if store.find(Question(source="webhook", most=1)):
        return Finding("last validation", "warn", "none was ever seen here", remedy)
    return Finding("last validation", "none", "no webhook is received here")


def _backlog(store: Store, now: float, limits: Limits) -> Finding:
    counts = store.counts(now)
    waiting = counts.states.get("ready", 0) + counts.states.get("leased", 0)
    if not waiting or counts.oldest is None:
        return Finding("backlog", "ok", "nothing waits")
    age = now - counts.oldest
    told = f"{waiting:,} to be done, the oldest received {short(age)} ago"
    if age <= limits.backlog:
        return Finding("backlog", "ok", told)
    return Finding("backlog", "warn", told, "is `inbox drain --forever` running? What fails below waits longer, too")


def _dead(store: Store, now: float) -> Finding:
    count = store.counts(now).states.get("dead", 0)
    if not count:
        return Finding("dead letters", "ok", "none")
    return Finding("dead letters", "warn", f"{count:,}", "`inbox dead` tells why, `inbox dead --replay` revives them")


def _listener(row: Mapping[str, Any], now: float, limits: Limits) -> Iterator[Finding]:
    name, due = f"listener {row['listener']}", row["due"]
    told = f"{row['ready']:,} wait, {row['leased']:,} under way, {row['dead']:,} dead"
    if row["failing"]:
        error = f"{told}; it fails: {row['last_error'][:200]}"
        yield Finding(name, "warn", error, f"`inbox list --listener {row['listener']} --state ready` shows which")
    elif due is not None and now - due > limits.backlog:
        remedy = f"nobody works for it: run a drain whose file names it, or `inbox retire {row['listener']}`"
        yield Finding(name, "warn", f"{told}; due since {short(now - due)}", remedy)
    else:
        yield Finding(name, "ok", told)


def _polls(store: Store, now: float) -> Iterator[Finding]:
    """Polling triggers that fail ask less and less often; `failures` in what they remember says so."""
    for name in store.names():
        value = store.state(name).value
        failures = value.get("failures") if isinstance(value, Mapping) else None
        if not isinstance(failures, int):
            continue
        if not failures:
            yield Finding(name, "ok", "its last poll went well")
            continue
        due = value.get("due")
        again = f", the next in {short(due - now)}" if isinstance(due, int | float) and due > now else ""
        yield Finding(name, "warn", f"its last {failures} polls failed{again}", "`poll KEY --once` tells why")
