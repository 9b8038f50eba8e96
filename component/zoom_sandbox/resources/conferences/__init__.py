"""What meetings and webinars share: when they take place, how they repeat, what is kept of them, how they are changed.

The two differ in the words and numbers of a `Kind`; this folder plays no operation itself.
"""
