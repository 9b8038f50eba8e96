"""What meetings and webinars share: when they take place, how they repeat, what is kept of them, who registers.

The two differ in the words and numbers of a `Kind`; this room plays no operation itself.
"""

from zoom_component.sandbox.resources.gatherings.kinds import MEETING, WEBINAR, Kind
from zoom_component.sandbox.resources.gatherings.record import Gathering, Occurrence, Registrant
from zoom_component.sandbox.resources.gatherings.store import Gatherings, Meetings, Webinars, store_of

__all__ = [
    "MEETING",
    "WEBINAR",
    "Gathering",
    "Gatherings",
    "Kind",
    "Meetings",
    "Occurrence",
    "Registrant",
    "Webinars",
    "store_of",
]
