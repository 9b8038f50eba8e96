"""Archived files of what took place; they stay when the recording goes."""
