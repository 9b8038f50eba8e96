"""Authorize calls: kinds of connection, token flows, and the encrypted store.

Everything that touches a secret or a token is in this package. It knows the token endpoint and nothing else of Zoom's
API; it does not know actions, requests or interfaces. A token leaves it only as a header value, and a secret only
through `get_secrets()`, for redaction.
"""

from zoom_component.client.connections.connection import Connection, StaticToken

__all__ = ["Connection", "StaticToken"]
