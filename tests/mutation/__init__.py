"""Mutation testing: every rule is broken in many small ways, and a test has to fail.

Its own command is ``python -m tests.mutation``; the reasons are in docs/mutation-testing.md.
"""
