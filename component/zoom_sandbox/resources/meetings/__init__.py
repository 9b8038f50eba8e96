"""Simulate meetings, and each user's personal meeting."""
