"""Team chat: channels and who is in them, messages and what becomes of them, contacts."""
