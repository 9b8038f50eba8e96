"""Simulate tracking fields, which the account asks for at each meeting."""
