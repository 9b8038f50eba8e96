"""Find changes between two states of the specs, and between the specs and an API document of the provider.

This package compares manifests and documents as data. It runs no action and does not know the interfaces.
"""
