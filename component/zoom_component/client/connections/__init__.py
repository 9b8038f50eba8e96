"""How a call gets its Authorization header: kinds of connection, token flows, the broker, the sealed store.

Lives here: everything that touches a secret or a token. It knows the token endpoint and nothing else of Zoom's API;
it does not know actions, requests or doors. A token leaves this room as a header value; a secret leaves it only in
`secrets()`, for whoever redacts.
"""

from zoom_component.client.connections.connection import Connection, StaticToken

__all__ = ["Connection", "StaticToken"]
