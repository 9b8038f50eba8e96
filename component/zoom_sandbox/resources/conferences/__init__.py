"""Hold what meetings and webinars share; a conference is a meeting or a webinar.

The two differ in the names and numbers of a `ConferenceKind`. This package handles no operation itself.
"""
