"""Serve the actions to agents over the Model Context Protocol.

Each action is a tool, made from its spec. The package translates schemas and hints, results and errors; the session
decides everything else. It needs the extra `mcp`, which is imported when the server starts.
"""
