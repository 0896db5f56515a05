"""Random histories, call by call: what may come next, given what the reference holds.

Everything here is a function of choices, which it asks a `Choose` for, and of nothing else. So
Hypothesis can make the choices (`verification.strategies`), and so can a seeded generator that
needs no Hypothesis (`verification.search`). In either case fewer and smaller choices make a
simpler history.
"""
