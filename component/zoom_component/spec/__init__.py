"""The spec language: strict YAML in, every fault at once with its place, a compiled spec out.

This room reads files and knows words; it knows no wire, and not what any of the words leads to.
What the runtime needs of it is `spec` and `catalogue`; the rest is for building and checking.
"""
