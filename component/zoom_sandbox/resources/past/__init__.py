"""Meetings and webinars that took place, each time of each, and who was there or was not."""
