"""Simulate templates of meetings and webinars."""
