"""The Zoom component: actions, triggers and connections as YAML, and the runtime that runs them."""

__version__ = "0.1.0"
