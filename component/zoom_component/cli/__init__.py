"""Define the command line `zoom-component`, with one module per command.

A command module is imported only when its command runs. It knows the component and the packages it opens, and it
writes through `Console` (the prompts of `connect` are the exception). Data goes to stdout as tables on a terminal and
as JSON otherwise; messages go to stderr. Every line is searched for known secrets.
"""
