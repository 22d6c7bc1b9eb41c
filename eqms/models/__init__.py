"""The lowest rows: people, what is traced, the record of every change, papers' bytes and readings, jobs."""

from .papers import Reading, SourceDocument
from .people import ElectronicSignature, User, user_and_name
from .policy import Policy
from .record import AuditEntry, AuditHead, AuditSeal, OperationRun, PlanRequest
from .traced import Traced
from .work import HealthResult, Job, JobCancelled, JobStopped, WorkerStopping

__all__ = [
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "ElectronicSignature",
    "HealthResult",
    "Job",
    "JobCancelled",
    "JobStopped",
    "OperationRun",
    "PlanRequest",
    "Policy",
    "Reading",
    "SourceDocument",
    "Traced",
    "User",
    "WorkerStopping",
    "user_and_name",
]
