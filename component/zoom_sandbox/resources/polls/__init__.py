"""Polls and surveys of meetings and webinars alike."""
