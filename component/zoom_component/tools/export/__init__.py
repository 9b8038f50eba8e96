"""What the specs come to on paper: the component as data, its pages, and the schemas that editors read.

This room reads the catalogue, the models, the error tree and the facts; it runs no action and knows no wire, no
embedded Zoom and no door. Whatever it writes can be made again, and is the same each time.
"""
