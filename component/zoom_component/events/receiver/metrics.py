"""Count deliveries and render the counts as text for Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

from zoom_component.events.webhook.verdict import REASONS
from zoom_component.prometheus_text import format_sample

__all__ = ["ReceiverMetrics", "to_known_reason"]

# Labels come from a closed set: the senders of requests must not be able to add time series.
_KNOWN_REASONS = frozenset({*REASONS, "encoded", "large_body", "large_headers", "not_kept", "overload", "slow_body"})
_OTHER = "other"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class ReceiverMetrics:
    """Count since the start of this process."""

    def __init__(self) -> None:
        self.responses: Counter[int] = Counter()
        self.rejections: Counter[str] = Counter()
        self.stored = 0
        self.duplicates = 0
        self.challenges = 0
        self.disconnects = 0
        self._bucket_counts = [0] * (len(_BUCKETS) + 1)
        self._total_seconds = 0.0

    def record_rejection(self, reason: str) -> None:
        """Count a request that was rejected; a reason that is not known, such as a custom verifier's, as "other"."""
        self.rejections[to_known_reason(reason)] += 1

    def record_response(self, status: int, seconds: float) -> None:
        """Count a response that was sent `seconds` after its request began."""
        self.responses[status] += 1
        self._bucket_counts[bisect_left(_BUCKETS, seconds)] += 1
        self._total_seconds += seconds

    def render(self, gauges: Mapping[str, float]) -> str:
        """Return all metrics as text; `gauges` adds current values by name."""
        return "".join(f"{line}\n" for line in self._iter_lines(gauges))

    def _iter_lines(self, gauges: Mapping[str, float]) -> Iterator[str]:
        by_status = {str(status): count for status, count in self.responses.items()}
        yield from _render_counter("requests", "Requests answered", by_status, "status")
        yield from _render_counter("refused", "Requests rejected", self.rejections, "reason")
        yield from _render_counter("stored", "Events stored for the first time", {"": self.stored})
        yield from _render_counter("duplicates", "Events stored before", {"": self.duplicates})
        yield from _render_counter("validations", "URL validations answered", {"": self.challenges})
        yield from _render_counter("shed", "Requests answered with 503", {"": self.responses[503]})
        yield from _render_counter("disconnects", "Senders that closed before the response", {"": self.disconnects})
        yield from self._render_histogram()
        for name, value in gauges.items():
            sample = format_sample(f"zoom_{name}", value)
            yield f"# TYPE {sample.partition(' ')[0]} gauge"
            yield sample

    def _render_histogram(self) -> Iterator[str]:
        name, cumulative = "zoom_receiver_answer_seconds", 0
        yield f"# HELP {name} Time from a request to its response"
        yield f"# TYPE {name} histogram"
        for bound, count in zip((*_BUCKETS, float("inf")), self._bucket_counts, strict=True):
            cumulative += count
            label = "+Inf" if bound == float("inf") else f"{bound:g}"
            yield f'{name}_bucket{{le="{label}"}} {cumulative}'
        yield f"{name}_sum {self._total_seconds:.6f}"
        yield f"{name}_count {cumulative}"


def to_known_reason(reason: str) -> str:
    """Return the reason of a rejection if it is a known one, otherwise "other"."""
    return reason if reason in _KNOWN_REASONS else _OTHER


def _render_counter(name: str, description: str, values: Mapping[str, int], label: str = "") -> Iterator[str]:
    full_name = f"zoom_receiver_{name}_total"
    yield f"# HELP {full_name} {description}"
    yield f"# TYPE {full_name} counter"
    for text, value in values.items():
        yield format_sample(full_name, value, {label: text} if label else None)
