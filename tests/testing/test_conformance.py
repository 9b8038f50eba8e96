"""The suite that ships with the package, on the actions that ship with it."""

from zoom_component.testing.conformance import TestEveryAction

__all__ = ["TestEveryAction"]
