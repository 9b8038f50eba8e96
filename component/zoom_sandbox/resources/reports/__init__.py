"""Reports, counted from what took place."""
