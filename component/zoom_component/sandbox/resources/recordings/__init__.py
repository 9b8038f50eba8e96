"""Cloud recordings: what was recorded, its files with their bytes, the trash, and the settings of a recording."""

from zoom_component.sandbox.resources.recordings import download, routes, settings, transcript
from zoom_component.sandbox.resources.recordings.routes import days
from zoom_component.sandbox.resources.recordings.state import File, Recording, Recordings

__all__ = ["File", "Recording", "Recordings", "days", "download", "routes", "settings", "transcript"]
