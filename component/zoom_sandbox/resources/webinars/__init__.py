"""Webinars from plan to end."""
