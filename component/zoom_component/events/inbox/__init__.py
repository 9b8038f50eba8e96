"""Where events wait until every listener has them: kept before they are answered, handed out at least once.

An engine holds events, the work that listeners have with them, and the state of polling triggers, in one place and one
transaction. It knows nothing of HTTP, of Zoom or of what a listener does.
"""
