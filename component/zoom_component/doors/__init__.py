"""The ways in. Each is thin, and none knows another.

A door turns what a person or a program says into calls of the component, and what comes back into words or JSON. It
decides nothing about Zoom, and nothing about how a call is made.
"""
