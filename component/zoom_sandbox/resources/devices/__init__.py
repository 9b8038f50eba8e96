"""Serve the account's devices."""
