"""Imports every module that declares tasks or consumers, so that the worker knows them."""

from __future__ import annotations

from jobs import changing, delivering, documenting, mailing, paying, printing, timetable
from jobs.importing import files

MODULES = (changing, delivering, documenting, files, mailing, paying, printing, timetable)
