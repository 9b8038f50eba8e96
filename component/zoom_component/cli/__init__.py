"""The command line `zoom-component`: one module a command, loaded only when that command runs.

What a command may know: the component, the rooms it opens, and `Screen`, which writes everything but the questions of
`connect`. Data goes to stdout (tables for a terminal, JSON for a pipe), words go to stderr, and every line passes the
guard of known secrets.
"""
