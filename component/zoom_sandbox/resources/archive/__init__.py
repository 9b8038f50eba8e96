"""Serve the archived files of past meetings and webinars, which outlive their recordings."""
