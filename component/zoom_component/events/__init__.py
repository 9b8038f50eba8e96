"""Receive and handle Zoom's events: verify deliveries, store them, hand them to listeners, and poll for changes.

The client, the inbox and the receiver are loaded only by the modules that use them.
"""
