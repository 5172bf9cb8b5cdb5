"""Imports every module that declares tasks or consumers, so that the worker knows them."""

from __future__ import annotations

from jobs import acknowledging, delivering, mailing, timetable

MODULES = (acknowledging, delivering, mailing, timetable)
