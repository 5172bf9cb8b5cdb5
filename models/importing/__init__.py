"""Bringing files in: products, customers, prices, stock and open items of an old system."""

from models.importing.checking import AMOUNTS, FIGURES, Compared, compare, type_in
from models.importing.columns import ColumnMapping, guess, mapping_from, read_records
from models.importing.kind import Column, Context, Kind, Outcome, Plan, Record
from models.importing.kinds import ARCHIVES, KINDS, OF_SEVERAL_ROWS, kind_named
from models.importing.planning import make_plan, write_plan
from models.importing.remembering import Remembered, forget, guessed_anew, remembered
from models.importing.run import ImportMapping, ImportRow, ImportRun
from models.importing.running import (
    APPLYING,
    FILE,
    LARGE,
    LOOKING,
    MOST_ROWS,
    apply,
    ask_to_apply,
    begin,
    buyers_of,
    can_leave_out,
    find_run,
    look,
    refuse,
    settle_columns,
)
from models.importing.templates import template_csv, template_xlsx
from models.importing.values import Format

__all__ = [
    "AMOUNTS",
    "APPLYING",
    "ARCHIVES",
    "FIGURES",
    "FILE",
    "KINDS",
    "LARGE",
    "LOOKING",
    "MOST_ROWS",
    "OF_SEVERAL_ROWS",
    "Column",
    "ColumnMapping",
    "Compared",
    "Context",
    "Format",
    "ImportMapping",
    "ImportRow",
    "ImportRun",
    "Kind",
    "Outcome",
    "Plan",
    "Record",
    "Remembered",
    "apply",
    "ask_to_apply",
    "begin",
    "buyers_of",
    "can_leave_out",
    "compare",
    "find_run",
    "forget",
    "guess",
    "guessed_anew",
    "kind_named",
    "look",
    "make_plan",
    "mapping_from",
    "read_records",
    "refuse",
    "remembered",
    "settle_columns",
    "template_csv",
    "template_xlsx",
    "type_in",
    "write_plan",
]
