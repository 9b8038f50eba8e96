"""Write the summary of a meeting."""

from __future__ import annotations

from typing import Any


def build_summary(topic: str, overview: str = "", next_steps: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a summary, as the seed has them."""
    text = overview or f"The people talked about {topic}."
    return {
        "title": f"Meeting summary for {topic}",
        "overview": text,
        "details": [{"label": topic, "summary": text}],
        "next_steps": list(next_steps),
    }
