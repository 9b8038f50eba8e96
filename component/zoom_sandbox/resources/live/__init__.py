"""Simulate meetings and webinars that are in progress: start, participants, recording, end."""
