"""Simulate webinars."""
