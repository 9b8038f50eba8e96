"""Serve the actions to other programs over HTTP and MCP, and check their requests."""
