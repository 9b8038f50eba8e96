"""Handle the operations of team chat, a module for each kind of object."""
