"""Mutation testing: every rule is broken in every small way, and a test has to notice.

Its own command, ``python -m tests.mutation``; the reasons are in docs/mutation-testing.md.
"""
