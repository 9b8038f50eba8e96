"""Simulate groups of users, their members and admins."""
