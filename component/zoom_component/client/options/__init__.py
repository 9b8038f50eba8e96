"""Pick lists: a data source's action is run over a session, and its items come out as labels that people recognise.

What a label says and which item matches is decided without a wire (`labels`, `gathering`); this room runs the action
page by page and stops when enough is found. It knows no door.
"""

from zoom_component.client.options.asking import MOST, USUAL, Asking, ask
from zoom_component.client.options.gathering import Choice, Picked
from zoom_component.client.options.pick import afetch, apick, fetch, pick

__all__ = ["MOST", "USUAL", "Asking", "Choice", "Picked", "afetch", "apick", "ask", "fetch", "pick"]
