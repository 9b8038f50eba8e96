"""Tests, room by room; `support` is what several of them share."""
