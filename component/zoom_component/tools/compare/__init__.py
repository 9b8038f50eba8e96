"""What changed: between two states of the specs, and between the specs and what the API's provider publishes by now.

Works on manifests and documents, as data; it runs no action and knows no wire and no door.
"""
