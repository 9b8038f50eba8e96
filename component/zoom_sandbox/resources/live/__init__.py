"""Simulate meetings and webinars that are under way: start, participants, recording, end."""
