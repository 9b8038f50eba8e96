"""Read files that come with a package, wherever Python imports it from.

The modules that read by this one need neither `os` nor `pathlib`, so packages that do no I/O of their own may use them.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["find_facts", "find_package_file"]


def find_facts() -> Traversable:
    """Return the folder that holds spec/zoom and triggers/events.

    That is the checkout if there is one, otherwise the data inside the installed package.
    """
    package = files("zoom_facts")
    checkout = package.joinpath("..", "..")
    if checkout.joinpath("spec", "zoom").is_dir() and checkout.joinpath("pyproject.toml").is_file():
        return checkout
    return package.joinpath("_data")


def find_package_file(package: str, path: str) -> Traversable:
    """Return the file at a path such as `zoneinfo/Europe/Berlin` below an installed package."""
    return files(package).joinpath(*path.split("/"))
