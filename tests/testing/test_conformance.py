"""Run the packaged conformance suite on the packaged actions."""

from zoom_component.testing.conformance import TestEveryAction

__all__ = ["TestEveryAction"]
