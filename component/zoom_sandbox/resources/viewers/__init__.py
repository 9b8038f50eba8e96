"""The people who register to watch a recording, and what they are asked."""
