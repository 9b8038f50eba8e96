"""Simulate the users of the account, with their settings and assistants."""
