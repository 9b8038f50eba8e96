"""Simulate meeting summaries; each is stored with its past instance."""
