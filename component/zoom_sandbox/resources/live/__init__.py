"""Meetings and webinars that are under way: they start, people come and go, they end and belong to the past."""
