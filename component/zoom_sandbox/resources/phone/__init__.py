"""Zoom Phone, to be read: who has a phone, who called whom, and what was recorded."""
