"""Check the health of an inbox: whether events arrive and are handled.

Missing activity raises no error anywhere, so it is checked here: no events, no validation by Zoom, no worker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from zoom_component.events.inbox.protocols import EventQuery, Inbox, Subscription
from zoom_component.events.listeners.durations import format_duration

__all__ = ["HealthCheck", "HealthThresholds", "check_clock", "check_health", "summarize_listeners"]

_SAMPLE = 20  # number of events of a listener that are searched for errors
_CLOCK_TOLERANCE = 60.0  # seconds by which clocks may differ
VALIDATION = "validation"


class HealthThresholds(NamedTuple):
    """Hold the ages in seconds from which a check warns. Zoom validates an endpoint about every 72 hours."""

    max_silence: float = 24 * 3600.0
    max_validation_age: float = 80 * 3600.0
    max_backlog_age: float = 15 * 60.0


class HealthCheck(NamedTuple):
    """Represent the result of one check.

    `state` is `ok`, `warn`, or `none` if there is nothing to check.
    """

    name: str
    state: str
    message: str
    remedy: str = ""


def check_health(inbox: Inbox, now: float, thresholds: HealthThresholds | None = None) -> list[HealthCheck]:
    """Run all checks on an inbox at a time in epoch seconds."""
    thresholds = thresholds or HealthThresholds()
    checks = [
        _check_last_event(inbox, now, thresholds),
        _check_validation(inbox, now, thresholds),
        _check_backlog(inbox, now, thresholds),
    ]
    checks += [_check_dead_letters(inbox, now), _check_times(inbox, now)]
    checks += [check for row in summarize_listeners(inbox) for check in _check_listener(row, now, thresholds)]
    return [*checks, *_check_polls(inbox, now)]


def summarize_listeners(inbox: Inbox) -> list[dict[str, Any]]:
    """Return a summary of each listener, as JSON values.

    It has the numbers of `ready`, `leased` and `dead` jobs, how many of the latest ready jobs are `failing`, the
    `last_error`, and since when a job is `due` (epoch seconds).
    """
    unfinished = inbox.count(0).unfinished_jobs
    return [_summarize_listener(inbox, each, unfinished.get(each.listener, {})) for each in inbox.list_subscriptions()]


def _summarize_listener(inbox: Inbox, subscription: Subscription, counts: Mapping[str, int]) -> dict[str, Any]:
    name = subscription.listener
    row: dict[str, Any] = {"listener": name, "events": list(subscription.patterns), "ordered": subscription.ordered}
    row |= {"failing": 0, "last_error": "", "due": inbox.find_next_due([name])}
    row |= {state: counts.get(state, 0) for state in ("ready", "leased", "dead")}
    for state in ("ready", "dead"):
        events = inbox.find_events(EventQuery(state=state, listener=name, limit=_SAMPLE))
        failed = [
            each
            for event in events
            for each in inbox.list_job_statuses(event.id)
            if each.listener == name and each.error
        ]
        row["failing"] += len(failed) if state == "ready" else 0
        row["last_error"] = row["last_error"] or (failed[0].error if failed else "")
    return row


def _check_last_event(inbox: Inbox, now: float, thresholds: HealthThresholds) -> HealthCheck:
    latest = inbox.find_events(EventQuery(limit=1))
    if not latest:
        remedy = "check that the receiver runs and that its URL is among the app's Event Subscriptions"
        return HealthCheck("last event", "warn", "no event was ever received", remedy)
    event = latest[0].event
    age = now - event.received_at
    message = f"{event.name}, {format_duration(age)} ago, from {event.source}"
    if age <= thresholds.max_silence:
        return HealthCheck("last event", "ok", message)
    remedy = f"no event for {format_duration(thresholds.max_silence)}: run `inbox backfill` to find missed events"
    return HealthCheck("last event", "warn", message, remedy)


def _check_validation(inbox: Inbox, now: float, thresholds: HealthThresholds) -> HealthCheck:
    last = inbox.get_timestamps().get(VALIDATION)
    if last is not None and now - last <= thresholds.max_validation_age:
        return HealthCheck("last validation", "ok", f"{format_duration(now - last)} ago")
    remedy = (
        "Zoom validates about every 72 hours and stops sending to an endpoint that does not respond: "
        "validate it again on the app's page"
    )
    if last is not None:
        return HealthCheck("last validation", "warn", f"{format_duration(now - last)} ago", remedy)
    if inbox.find_events(EventQuery(source="webhook", limit=1)):
        return HealthCheck("last validation", "warn", "no validation was ever received", remedy)
    return HealthCheck("last validation", "none", "this inbox receives no webhooks")


def _check_backlog(inbox: Inbox, now: float, thresholds: HealthThresholds) -> HealthCheck:
    counts = inbox.count(now)
    waiting = counts.jobs.get("ready", 0) + counts.jobs.get("leased", 0)
    if not waiting or counts.oldest_unfinished is None:
        return HealthCheck("backlog", "ok", "no event is waiting")
    age = now - counts.oldest_unfinished
    message = f"{waiting:,} unfinished, the oldest received {format_duration(age)} ago"
    if age <= thresholds.max_backlog_age:
        return HealthCheck("backlog", "ok", message)
    return HealthCheck(
        "backlog",
        "warn",
        message,
        "check that `inbox work` runs; events of a failing listener (below) also wait longer",
    )


def check_clock(inbox: Inbox, now: float) -> HealthCheck:
    """Compare the clock of this machine, `now` in epoch seconds, with the inbox's, such as that of a server."""
    difference = now - inbox.read_clock()
    if abs(difference) <= _CLOCK_TOLERANCE:
        return HealthCheck("clock", "ok", "agrees with that of the inbox")
    side = "ahead of" if difference > 0 else "behind"
    message = f"the clock of this machine is {format_duration(abs(difference))} {side} that of the inbox"
    return HealthCheck("clock", "warn", message, "set it by NTP (`timedatectl`): signatures are checked against it")


def _check_times(inbox: Inbox, now: float) -> HealthCheck:
    """Check for stored times that lie ahead, and for events that Zoom dates after their receipt."""
    limit = now + _CLOCK_TOLERANCE
    counts = {
        **inbox.count_times_ahead(limit),
        "polls": sum(_is_ahead(inbox, name, limit) for name in inbox.list_poll_names()),
    }
    ahead = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    if ahead:
        remedy = (
            "check the clock (`timedatectl`): it was ahead for a while. No work waits for these times; "
            "`inbox prune` corrects those of events"
        )
        return HealthCheck("times", "warn", f"stored with times ahead of now: {ahead}", remedy)
    for stored in inbox.find_events(EventQuery(source="webhook", limit=1)):
        lead = (stored.event.event_ts or 0) / 1000 - stored.event.received_at
        if lead > _CLOCK_TOLERANCE:
            message = f"the last event happened {format_duration(lead)} after its receipt: the clock here was behind"
            return HealthCheck("times", "warn", message, "set the clock by NTP (`timedatectl`)")
    return HealthCheck("times", "ok", "no stored time lies ahead")


def _is_ahead(inbox: Inbox, name: str, limit: float) -> bool:
    value = inbox.load_poll_state(name).value
    times = [value.get(key) for key in ("polled", "saved")] if isinstance(value, Mapping) else []
    return any(isinstance(at, int | float) and at > limit for at in times)


def _check_dead_letters(inbox: Inbox, now: float) -> HealthCheck:
    count = inbox.count(now).jobs.get("dead", 0)
    if not count:
        return HealthCheck("dead letters", "ok", "none")
    return HealthCheck(
        "dead letters",
        "warn",
        f"{count:,}",
        "`inbox dead-letters` shows the errors, `inbox dead-letters --replay` retries them",
    )


def _check_listener(row: Mapping[str, Any], now: float, thresholds: HealthThresholds) -> Iterator[HealthCheck]:
    name, due = f"listener {row['listener']}", row["due"]
    message = f"{row['ready']:,} ready, {row['leased']:,} leased, {row['dead']:,} dead"
    if row["failing"]:
        remedy = f"`inbox list --listener {row['listener']} --state ready` shows the events"
        yield HealthCheck(name, "warn", f"{message}; last error: {row['last_error'][:200]}", remedy)
    elif due is not None and now - due > thresholds.max_backlog_age:
        remedy = f"no worker runs it: run `inbox work` with its file, or `inbox unsubscribe {row['listener']}`"
        yield HealthCheck(name, "warn", f"{message}; due since {format_duration(now - due)}", remedy)
    else:
        yield HealthCheck(name, "ok", message)


def _check_polls(inbox: Inbox, now: float) -> Iterator[HealthCheck]:
    """Check the polling triggers: `failures` in a stored state counts consecutive failed polls."""
    for name in inbox.list_poll_names():
        value = inbox.load_poll_state(name).value
        failures = value.get("failures") if isinstance(value, Mapping) else None
        if not isinstance(failures, int):
            continue
        if not failures:
            yield HealthCheck(name, "ok", "the last poll succeeded")
            continue
        due = value.get("due")
        retry = (
            f"; the next poll is in {format_duration(due - now)}" if isinstance(due, int | float) and due > now else ""
        )
        count = "the last poll" if failures == 1 else f"the last {failures} polls"
        yield HealthCheck(name, "warn", f"{count} failed{retry}", "run `poll KEY --once` to see the error")
