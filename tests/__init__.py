"""Test the component, the sandbox and the facts, one folder for each package; `support` is shared."""
