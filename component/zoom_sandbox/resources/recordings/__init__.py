"""Simulate cloud recordings: files with their bytes, the trash, and settings."""
