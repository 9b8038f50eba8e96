"""What is counted of deliveries, as text for Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

__all__ = ["ReceiverMetrics"]

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class ReceiverMetrics:
    """Counts since the start of this process."""

    def __init__(self) -> None:
        self.responses: Counter[int] = Counter()
        self.rejections: Counter[str] = Counter()
        self.stored = 0
        self.duplicates = 0
        self.challenges = 0
        self.disconnects = 0
        self._buckets = [0] * (len(_BOUNDS) + 1)
        self._seconds = 0.0

    def record_response(self, status: int, seconds: float) -> None:
        """An answer was given, so long after its request came."""
        self.responses[status] += 1
        self._buckets[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds += seconds

    def render(self, gauges: Mapping[str, float]) -> str:
        """All of it; `gauges` are what is now, by name."""
        return "".join(f"{line}\n" for line in self._lines(gauges))

    def _lines(self, gauges: Mapping[str, float]) -> Iterator[str]:
        yield from _counter("requests", "Requests answered", {f'status="{k}"': v for k, v in self.responses.items()})
        refused = {f'reason="{k}"': v for k, v in self.rejections.items()}
        yield from _counter("refused", "Requests that were not taken", refused)
        yield from _counter("stored", "Events kept for the first time", {"": self.stored})
        yield from _counter("duplicates", "Events that were there already", {"": self.duplicates})
        yield from _counter("validations", "Validations answered", {"": self.challenges})
        yield from _counter("shed", "Requests answered 503", {"": self.responses[503]})
        yield from _counter("disconnects", "Senders that left before their answer", {"": self.disconnects})
        yield from self._histogram()
        for name, value in gauges.items():
            yield f"# TYPE zoom_{name} gauge"
            yield f"zoom_{name} {value:g}"

    def _histogram(self) -> Iterator[str]:
        name, below = "zoom_receiver_answer_seconds", 0
        yield f"# HELP {name} From a request to its answer"
        yield f"# TYPE {name} histogram"
        for bound, count in zip((*_BOUNDS, float("inf")), self._buckets, strict=True):
            below += count
            yield f'{name}_bucket{{le="{_bound(bound)}"}} {below}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {below}"


def _counter(name: str, about: str, values: Mapping[str, int]) -> Iterator[str]:
    yield f"# HELP zoom_receiver_{name}_total {about}"
    yield f"# TYPE zoom_receiver_{name}_total counter"
    for labels, value in values.items():
        yield f"zoom_receiver_{name}_total{{{labels}}} {value}" if labels else f"zoom_receiver_{name}_total {value}"


def _bound(bound: float) -> str:
    return "+Inf" if bound == float("inf") else f"{bound:g}"
