"""Reports, a file for each thing that they tell of."""
