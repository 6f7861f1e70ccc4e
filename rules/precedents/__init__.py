"""Reasoning on precedents: what earlier decisions require of a new case, by comparison alone and never by likeness.

A precedent binds when the new case is at least as strong for its outcome on every factor and every dimension.
Pure: no store, no clock, no network; the same base and the same case give the same answer.
"""

from rules.precedents.base import STATUSES, Base, Report
from rules.precedents.reader import Fault, Faulty, read_cases, read_precedents
from rules.precedents.schema import BadSchema, Precedent, Schema, read_schema

__all__ = [
    "STATUSES",
    "BadSchema",
    "Base",
    "Fault",
    "Faulty",
    "Precedent",
    "Report",
    "Schema",
    "read_cases",
    "read_precedents",
    "read_schema",
]
