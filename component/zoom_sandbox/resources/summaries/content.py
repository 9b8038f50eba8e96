"""Write the summary of a meeting."""

from __future__ import annotations

from typing import Any


def build_summary(topic: str, overview: str = "", next_steps: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a summary, as the seed has them."""
    told = overview or f"The people talked about {topic}."
    return {
        "title": f"Meeting summary for {topic}",
        "overview": told,
        "details": [{"label": topic, "summary": told}],
        "next_steps": list(next_steps),
    }
