"""Define the network settings that a caller or a connection gives. The environment fills what they leave out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

__all__ = ["CA_FILE_VARIABLE", "DIRECT", "PROXY_VARIABLE", "NetworkSettings"]

PROXY_VARIABLE = "ZOOM_COMPONENT_PROXY"
CA_FILE_VARIABLE = "ZOOM_COMPONENT_CA_FILE"
DIRECT = "none"  # as a proxy: connect directly, and ignore those of the environment


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Hold the URL of a proxy ("none" for no proxy) and a file or folder of further certificate authorities.

    "" leaves the decision to the environment. The origins name where a value comes from, for errors. The URL may hold a
    password; it is not shown.
    """

    proxy: str = field(default="", repr=False)
    ca_file: str = ""
    proxy_origin: str = "proxy"
    ca_origin: str = "ca_file"

    def fill(self, proxy: str, ca_file: str, place: str) -> NetworkSettings:
        """Return the settings with values for those that are missing. `place` is where the values come from."""
        filled = self
        if proxy and not self.proxy:
            filled = replace(filled, proxy=proxy, proxy_origin=f"{place}proxy")
        if ca_file and not self.ca_file:
            filled = replace(filled, ca_file=ca_file, ca_origin=f"{place}ca_file")
        return filled
