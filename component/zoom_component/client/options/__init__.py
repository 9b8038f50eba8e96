"""List the options of an input: run the action of a data source, and return its items with labels that people know.

`labels` and `collector` decide what a label contains and which items match, without I/O. `fetching` runs the action
page by page and stops when there are enough options.
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
