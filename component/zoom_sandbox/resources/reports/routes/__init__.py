"""Handle the operations of reports, a module for each subject."""
