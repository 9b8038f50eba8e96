"""Meetings from plan to end, and each person's personal room."""
