"""Serve the actions to other programs: an HTTP server, an MCP server, and the check of their requests."""
