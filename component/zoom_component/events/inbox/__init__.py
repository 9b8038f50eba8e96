"""Store events durably and hand them out to listeners at least once.

An engine keeps events, the jobs of listeners, and the state of polling triggers in one place, so that one transaction
can change all of them. It knows nothing about HTTP, about Zoom, or about what a listener does.
"""
