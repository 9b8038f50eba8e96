"""The people of the account: who they are, how they are found, and what may be changed about them."""

from zoom_component.sandbox.resources.users import delegates, roles, routes, settings, standing
from zoom_component.sandbox.resources.users.state import User, Users

__all__ = ["User", "Users", "delegates", "roles", "routes", "settings", "standing"]
