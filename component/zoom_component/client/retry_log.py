"""Log the waits of a call: one record for each request that is sent again.

The logger is `zoom_component.retries`, the level is INFO. No record holds a secret, a query or a body.
"""

from __future__ import annotations

from zoom_component.log_records import get_logger

__all__ = ["log_retry"]

_log = get_logger("zoom_component.retries")


def log_retry(method: str, path: str, cause: str, wait: float, attempt: int, limit: int) -> None:
    """Log that a request waits `wait` seconds before its attempt `attempt` of `limit`, because of `cause`.

    The fields of the record are `method`, `path`, `cause`, `wait`, `attempt` and `attempts`.
    """
    fields = {"method": method, "path": path, "cause": cause, "wait": wait, "attempt": attempt, "attempts": limit}
    _log.info(
        "%s %s: %s, waiting %s s, attempt %d of %d", method, path, cause, f"{wait:.3g}", attempt, limit, extra=fields
    )
