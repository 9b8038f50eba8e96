"""Read the specs and write something from them: exports, documentation pages, comparisons. Nothing here calls Zoom."""
