"""Simulate team chat: channels, members, messages, files and contacts."""
