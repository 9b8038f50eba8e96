"""Pick lists: a data source's action is run over a session, and its items come out as labels that people recognise.

What a label says and which item matches is decided without a wire (`labels`, `gathering`); this room runs the action
page by page and stops when enough is found. It knows no door.
"""

from zoom_component.client.options.collector import Option, OptionPage
from zoom_component.client.options.fetching import afetch_options, arun_query, fetch_options, run_query
from zoom_component.client.options.queries import DEFAULT_LIMIT, MAX_LIMIT, OptionsQuery, build_query

__all__ = [
    "DEFAULT_LIMIT",
    "MAX_LIMIT",
    "Option",
    "OptionPage",
    "OptionsQuery",
    "afetch_options",
    "arun_query",
    "build_query",
    "fetch_options",
    "run_query",
]
