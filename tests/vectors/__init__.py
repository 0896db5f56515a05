"""Where the conformance vectors come from: declared cases, and the answers of the reference.

``python -m tests.vectors`` writes them into the package. Each module here declares the cases of a
topic or two, as rows of tables: a name, a description, what the system begins with, and the calls.
The calls are in the words of `asking`, and the beginnings in those of `states`.
"""
