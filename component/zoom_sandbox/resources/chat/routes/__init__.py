"""The operations of team chat, a file for each thing that they are about."""
