"""The door for agents: each action a tool, drawn from its spec, over the official MCP SDK.

This room translates: schemas and hints out, results and errors back. It decides nothing that the session decides, and
needs the extra `mcp`, which is imported when the door is opened.
"""
