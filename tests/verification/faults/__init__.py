"""Systems that break one rule each, to check that verification detects each of them."""

from .bulk import FAULTS_OF_BULK
from .documents import FAULTS_OF_DOCUMENTS
from .faulty_system import Fault
from .kinds import FAULTS_OF_KINDS
from .lenient import FAULTS_OF_LENIENT
from .lookups import FAULTS_OF_LOOKUPS
from .machines import FAULTS_OF_MACHINES
from .remembering import FAULTS_OF_REMEMBERING
from .reports import FAULTS_OF_REPORTS
from .requests import FAULTS_OF_REQUESTS
from .sessions import FAULTS_OF_SESSIONS
from .several_steps import FAULTS_OF_SEVERAL_STEPS

__all__ = ["FAULTS", "FAULTS_OF_SEVERAL_STEPS", "FOR_VECTORS", "Fault", "fault"]

FOR_VECTORS = (*FAULTS_OF_MACHINES, *FAULTS_OF_LENIENT, *FAULTS_OF_REMEMBERING)
"""Those of unusual values and great numbers: the vectors cover these, and histories need not."""

FAULTS = (
    *FAULTS_OF_SESSIONS,
    *FAULTS_OF_REPORTS,
    *FAULTS_OF_REQUESTS,
    *FAULTS_OF_KINDS,
    *FAULTS_OF_BULK,
    *FAULTS_OF_LOOKUPS,
    *FAULTS_OF_DOCUMENTS,
    *FAULTS_OF_SEVERAL_STEPS,
    *FOR_VECTORS,
)
"""The systems."""

_BY_NAME = {fault.name: fault for fault in FAULTS}


def fault(name: str) -> Fault:
    """Return the system of this name."""
    return _BY_NAME[name]
