"""Serve reports, computed from past and upcoming meetings."""
