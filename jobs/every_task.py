"""Imports every module that declares tasks or consumers, so that the worker knows them."""

from __future__ import annotations

from jobs import (
    answering,
    changing,
    day_mails,
    delivering,
    documenting,
    mailing,
    noticing,
    paying,
    printing,
    proposing,
    telling,
    timetable,
)
from jobs.importing import files

MODULES = (
    answering,
    changing,
    day_mails,
    delivering,
    documenting,
    files,
    mailing,
    noticing,
    paying,
    printing,
    proposing,
    telling,
    timetable,
)
