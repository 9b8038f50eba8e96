"""Templates: what a meeting or webinar was like, kept under a name, so that others can be made alike."""
