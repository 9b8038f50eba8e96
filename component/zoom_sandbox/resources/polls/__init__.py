"""Simulate polls and surveys of meetings and webinars."""
