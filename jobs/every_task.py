"""Imports every module that declares tasks or consumers, so that the worker knows them."""

from __future__ import annotations

from jobs import delivering, documenting, mailing, paying, timetable
from jobs.importing import files

MODULES = (delivering, documenting, files, mailing, paying, timetable)
