"""Who speaks in a webinar."""
