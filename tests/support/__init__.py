"""Share code among tests: specs from small texts, canned calls, servers and databases."""
