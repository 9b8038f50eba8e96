"""Simulate the registration for meetings and webinars."""
