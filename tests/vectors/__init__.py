"""The source of the conformance vectors: declared cases, and the answers of the reference.

``python -m tests.vectors`` writes them into the package. Each module declares the cases of a topic
or two, as rows of tables: a name, a description, the initial state and the calls. `asking` has the
functions that build calls, and `states` those that build initial states.
"""
