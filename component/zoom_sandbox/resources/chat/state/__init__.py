"""Team chat as the account keeps it, a file for each thing that is kept."""
