"""What holds for every test."""

from hypothesis import settings

# A busy machine is no failure: speed is measured in the benchmarks, never asserted here.
settings.register_profile("patient", parent=settings(), deadline=None)
settings.load_profile("patient")
