"""Handle the operations of users, a module for each subject."""

from __future__ import annotations

from zoom_sandbox.operations import Operations
from zoom_sandbox.resources.users.routes import account, delegates, settings, users

operations = Operations(account.operations, delegates.operations, settings.operations, users.operations)
