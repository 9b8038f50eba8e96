"""Decide what is secret, and mask it before it is shown, logged or written. Pure.

`names` lists the fields that hold secrets, `texts` finds secrets inside texts, `known` replaces secrets that a caller
knows in each form that they are written in, and `redactor` does all of it for JSON values.
"""
