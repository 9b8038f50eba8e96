"""Devices of the account, to be read."""
