"""Tracking fields: what the account wants to know of each meeting."""
