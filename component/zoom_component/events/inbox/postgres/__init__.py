"""Store the inbox in PostgreSQL and run its jobs with Procrastinate, for any number of machines.

This package needs the extra `postgres`.
"""
