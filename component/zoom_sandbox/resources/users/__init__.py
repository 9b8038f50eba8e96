"""The people of the account: who they are, how they are found, and what may be changed about them."""
