"""Handle the operations of users, a module for each subject."""
