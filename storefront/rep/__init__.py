"""The reps' pages, phone first."""
