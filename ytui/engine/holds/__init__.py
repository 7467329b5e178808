"""One cause, one hold: what many jobs fail for at once is told once, waits uncharged and goes on by itself.

The way of a hold: a job fails, ``causes.cause_behind`` names the hold, ``failing.fail`` calls
:func:`holding.hold`, and the job waits; :func:`holding.look`, called by housekeeping, asks each cause whether
it is gone and lets a probe through now and then; a job that arrives is told to :func:`holding.arrived`.

To add a cause: a member of ``core.holds.HoldCause`` with its policy and words there, and a
:class:`~ytui.engine.holds.causes.Cause` in ``causes.CAUSES`` that tells whose failure it is, what jobs lean
on it, and how a cheap look finds out that it is gone.
"""
