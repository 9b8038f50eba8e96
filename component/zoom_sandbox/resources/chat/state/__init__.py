"""Store the state of team chat, a module for each kind of object."""
