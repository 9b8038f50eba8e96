"""How an inbox fares: whether events come, whether listeners take them, and what to do where they do not.

Silence is the failure that nobody reports, so it is looked for: no event, no validation by Zoom, nobody at work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from zoom_component.events.inbox.protocols import EventQuery, Inbox, Subscription
from zoom_component.events.listeners.durations import format_duration

__all__ = ["HealthCheck", "HealthThresholds", "check_health", "summarize_listeners"]

_SAMPLE = 20  # events of a listener that are looked at for errors
VALIDATION = "validation"


class HealthThresholds(NamedTuple):
    """From when on something is worth a warning, in seconds. Zoom validates an address about every 72 hours."""

    max_silence: float = 24 * 3600.0
    max_validation_age: float = 80 * 3600.0
    max_backlog_age: float = 15 * 60.0


class HealthCheck(NamedTuple):
    """One thing that was looked at: `state` is `ok`, `warn`, or `none` where there is nothing to judge."""

    name: str
    state: str
    message: str
    remedy: str = ""


def check_health(inbox: Inbox, now: float, thresholds: HealthThresholds | None = None) -> list[HealthCheck]:
    """All that can be told from an inbox."""
    thresholds = thresholds or HealthThresholds()
    found = [
        _check_last_event(inbox, now, thresholds),
        _check_validation(inbox, now, thresholds),
        _check_backlog(inbox, now, thresholds),
    ]
    found += [_check_dead_letters(inbox, now)]
    found += [finding for row in summarize_listeners(inbox) for finding in _check_listener(row, now, thresholds)]
    return [*found, *_check_polls(inbox, now)]


def summarize_listeners(inbox: Inbox) -> list[dict[str, Any]]:
    """Each listener with how it fares: how many events wait, are under way, are dead; of the latest, how many failed,
    and the last error; and since when something is due."""
    unfinished = inbox.count(0).unfinished_jobs
    return [_summarize_listener(inbox, each, unfinished.get(each.listener, {})) for each in inbox.list_subscriptions()]


def _summarize_listener(store: Inbox, interest: Subscription, counted: Mapping[str, int]) -> dict[str, Any]:
    name = interest.listener
    row: dict[str, Any] = {"listener": name, "events": list(interest.patterns), "ordered": interest.ordered}
    row |= {"failing": 0, "last_error": "", "due": store.find_next_due([name])}
    row |= {state: counted.get(state, 0) for state in ("ready", "leased", "dead")}
    for state in ("ready", "dead"):
        found = store.find_events(EventQuery(state=state, listener=name, limit=_SAMPLE))
        own = [
            each for kept in found for each in store.list_job_statuses(kept.id) if each.listener == name and each.error
        ]
        row["failing"] += len(own) if state == "ready" else 0
        row["last_error"] = row["last_error"] or (own[0].error if own else "")
    return row


def _check_last_event(store: Inbox, now: float, limits: HealthThresholds) -> HealthCheck:
    found = store.find_events(EventQuery(limit=1))
    if not found:
        remedy = "is the receiver running, and its address among the app's Event Subscriptions?"
        return HealthCheck("last event", "warn", "no event ever came", remedy)
    age, last = now - found[0].event.received_at, found[0].event
    told = f"{last.name}, {format_duration(age)} ago, from {last.source}"
    if age <= limits.max_silence:
        return HealthCheck("last event", "ok", told)
    remedy = f"nothing for more than {format_duration(limits.max_silence)}: `inbox backfill` looks for what was missed"
    return HealthCheck("last event", "warn", told, remedy)


def _check_validation(store: Inbox, now: float, limits: HealthThresholds) -> HealthCheck:
    last = store.get_timestamps().get(VALIDATION)
    if last is not None and now - last <= limits.max_validation_age:
        return HealthCheck("last validation", "ok", f"{format_duration(now - last)} ago")
    remedy = (
        "Zoom asks about every 72 hours and sends nothing more to an address that does not answer: validate it again"
    )
    remedy += " on the app's page"
    if last is not None:
        return HealthCheck("last validation", "warn", f"{format_duration(now - last)} ago", remedy)
    if store.find_events(EventQuery(source="webhook", limit=1)):
        return HealthCheck("last validation", "warn", "none was ever seen here", remedy)
    return HealthCheck("last validation", "none", "no webhook is received here")


def _check_backlog(store: Inbox, now: float, limits: HealthThresholds) -> HealthCheck:
    counts = store.count(now)
    waiting = counts.jobs.get("ready", 0) + counts.jobs.get("leased", 0)
    if not waiting or counts.oldest_unfinished is None:
        return HealthCheck("backlog", "ok", "nothing waits")
    age = now - counts.oldest_unfinished
    told = f"{waiting:,} to be done, the oldest received {format_duration(age)} ago"
    if age <= limits.max_backlog_age:
        return HealthCheck("backlog", "ok", told)
    return HealthCheck(
        "backlog", "warn", told, "is `inbox drain --forever` running? What fails below waits longer, too"
    )


def _check_dead_letters(store: Inbox, now: float) -> HealthCheck:
    count = store.count(now).jobs.get("dead", 0)
    if not count:
        return HealthCheck("dead letters", "ok", "none")
    return HealthCheck(
        "dead letters", "warn", f"{count:,}", "`inbox dead` tells why, `inbox dead --replay` revives them"
    )


def _check_listener(row: Mapping[str, Any], now: float, limits: HealthThresholds) -> Iterator[HealthCheck]:
    name, due = f"listener {row['listener']}", row["due"]
    told = f"{row['ready']:,} wait, {row['leased']:,} under way, {row['dead']:,} dead"
    if row["failing"]:
        error = f"{told}; it fails: {row['last_error'][:200]}"
        yield HealthCheck(name, "warn", error, f"`inbox list --listener {row['listener']} --state ready` shows which")
    elif due is not None and now - due > limits.max_backlog_age:
        remedy = f"nobody works for it: run a drain whose file names it, or `inbox retire {row['listener']}`"
        yield HealthCheck(name, "warn", f"{told}; due since {format_duration(now - due)}", remedy)
    else:
        yield HealthCheck(name, "ok", told)


def _check_polls(store: Inbox, now: float) -> Iterator[HealthCheck]:
    """Polling triggers that fail ask less and less often; `failures` in what they remember says so."""
    for name in store.list_poll_names():
        value = store.load_poll_state(name).value
        failures = value.get("failures") if isinstance(value, Mapping) else None
        if not isinstance(failures, int):
            continue
        if not failures:
            yield HealthCheck(name, "ok", "its last poll went well")
            continue
        due = value.get("due")
        again = f", the next in {format_duration(due - now)}" if isinstance(due, int | float) and due > now else ""
        yield HealthCheck(name, "warn", f"its last {failures} polls failed{again}", "`poll KEY --once` tells why")
