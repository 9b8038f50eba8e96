"""The operations of users, a file for each thing that is done with them."""
