"""Compile spec files: read strict YAML, report every problem with its position, and write compiled specs.

This package reads files and knows the keys of the language. It sends nothing, and it does not know what the keys
lead to. A run needs only `spec` and `catalogue`; the other modules build and check.
"""
