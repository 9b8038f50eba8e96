"""Build the result of a tool of the toolkit catalogue, for successes and failures."""

from __future__ import annotations

from typing import Any

from zoom_component.errors import ComponentError

__all__ = ["build_failure", "build_success"]


def build_success(data: Any) -> dict[str, Any]:
    """Return `{"data": ..., "error": null, "successful": true}`."""
    return {"data": data, "error": None, "successful": True}


def build_failure(error: ComponentError) -> dict[str, Any]:
    """Return the same form for an error.

    `error` is the kind of the error and a text that explains what to do next; `data` is what was fetched before it.
    """
    sentences = [f"{error.kind}: {error.message}"]
    if retry_at := getattr(error, "retry_at", ""):
        sentences.append(f"Not before {retry_at}")
    if error.tracking_id:
        sentences.append(f"Tracking ID {error.tracking_id}")
    text = ". ".join(sentence.rstrip(".") for sentence in sentences) + "."
    return {"data": error.partial if error.partial is not None else {}, "error": text, "successful": False}
