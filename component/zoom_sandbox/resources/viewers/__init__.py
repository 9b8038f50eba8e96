"""Simulate the registration for recordings."""
