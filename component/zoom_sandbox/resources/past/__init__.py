"""Simulate past meetings and webinars: their instances, participants and absentees."""
