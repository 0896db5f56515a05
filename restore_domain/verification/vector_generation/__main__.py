"""Write the conformance vectors into the package that this module belongs to."""

from pathlib import Path

import restore_domain
from restore_domain.verification.vector_generation import write

if __name__ == "__main__":
    write(Path(restore_domain.__file__).parent / "vectors")
