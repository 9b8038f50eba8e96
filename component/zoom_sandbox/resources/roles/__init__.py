"""Simulate roles and their members."""
