"""The people who register for meetings and webinars, and what they are asked."""
