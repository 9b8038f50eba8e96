"""Run ASGI applications on a server that cuts slow senders and slow readers, and bounds heads, bodies and connections.

The receiver, the HTTP server and the MCP server run on it. It knows nothing of events, actions and Zoom.
"""
