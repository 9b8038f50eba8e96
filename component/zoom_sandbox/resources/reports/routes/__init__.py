"""Handle the operations of reports, a module for each subject."""

from __future__ import annotations

from zoom_sandbox.operations import Operations
from zoom_sandbox.resources.reports.routes import account, activity, answers

operations = Operations(account.operations, activity.operations, answers.operations)
