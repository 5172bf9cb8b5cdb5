"""`bin/bench`: how much a page or an operation costs, beside a reference measured in the same run.

The figure to steer by is CPU time per request, application plus database, as a ratio to the
reference; clock times on shared machines are noise. See docs/performance.md.
"""
