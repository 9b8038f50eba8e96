"""What goes wrong on the way to a webhook: deliveries that come twice, not at all, or after later ones."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from zoom_sandbox.events.webhook import check_pattern
from zoom_sandbox.faults import is_hit


@dataclass(slots=True)
class DeliveryFault:
    """Which events shall go wrong, and how.

    `events` is a name or a pattern. `copies` is how often each is sent (2 is a duplicate, 0 a loss), `late` how many
    later events overtake it. `calls` are the events to hit among those that fit, counted from 1 (empty: every one), of
    which `probability` (0 to 1) hits so many, the same ones for the same `seed`. `seen` and `hits` count.

    Raises ValueError for a pattern that fits no event, and for numbers that cannot be meant.
    """

    event: str
    copies: int = 1
    events_ahead: int = 0
    calls: Collection[int] = ()
    probability: float = 1.0
    random_seed: int = 0
    matches: int = 0
    hits: int = 0
    generator: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_pattern(self.event)
        self.generator = random.Random(self.random_seed)
        if self.copies < 0 or self.events_ahead < 0:
            raise ValueError("Copies and late are whole numbers from 0.")

    def is_hit_by(self, event: str) -> bool:
        """Count an event that fits; whether this one is hit."""
        if not fnmatchcase(event, self.event):
            return False
        self.matches += 1
        return is_hit(self.matches, self.calls, self.probability, self.generator)
