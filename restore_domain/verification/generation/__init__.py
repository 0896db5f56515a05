"""Random histories, call by call: the next call depends on what the reference contains.

Everything here is a function of choices, which are requested from a `Choose`, and of nothing else.
Hypothesis makes the choices (`restore_domain.verification.strategies`): fewer and smaller ones make
a simpler history.
"""
