"""Simulate the panelists of webinars."""
