"""Serve Zoom Phone: users, call history and call recordings."""
