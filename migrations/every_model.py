"""Imports every module under models/, so that the metadata knows every table."""

from __future__ import annotations

import importlib
import pkgutil

import models
from models.kernel.base import Base

for module in pkgutil.walk_packages(models.__path__, "models."):
    importlib.import_module(module.name)

metadata = Base.metadata
