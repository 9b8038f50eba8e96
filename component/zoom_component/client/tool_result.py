"""The envelope of the toolkit catalogue: what a tool's call came to, failures included."""

from __future__ import annotations

from typing import Any

from zoom_component.errors import ComponentError

__all__ = ["build_failure", "build_success"]


def build_success(data: Any) -> dict[str, Any]:
    """`{"data": ..., "error": null, "successful": true}`"""
    return {"data": data, "error": None, "successful": True}


def build_failure(error: ComponentError) -> dict[str, Any]:
    """The same for a failure: `error` is its kind and a text that says what to do next; `data` is what came before."""
    words = [f"{error.kind}: {error.message}"]
    if retry_at := getattr(error, "retry_at", ""):
        words.append(f"Not before {retry_at}")
    if error.tracking_id:
        words.append(f"Tracking id {error.tracking_id}")
    text = ". ".join(word.rstrip(".") for word in words) + "."
    return {"data": error.partial if error.partial is not None else {}, "error": text, "successful": False}
