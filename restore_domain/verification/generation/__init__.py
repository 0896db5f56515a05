"""Random histories, call by call: what may come next, given what the reference holds.

Everything here is a function of choices, which it asks a `Choose` for, and of nothing else. The
choices are Hypothesis' (`restore_domain.verification.strategies`): fewer and smaller ones make a
simpler history.
"""
