"""Export the specs: the component as data, its pages, the schemas for editors, and types for Python.

This package reads the catalogue, the models, the error classes and the facts. It runs no action and does not know
the interfaces or the sandbox. Its output depends only on its input.
"""
