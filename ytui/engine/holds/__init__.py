"""Holds: what many jobs fail for at once is told once, waits uncharged and goes on by itself.

The way of a hold: a job fails, ``causes.cause_of`` names the hold, ``failures.handle_failure`` calls
:func:`breakers.hold`, and the job waits; :func:`breakers.check_causes`, called by housekeeping, asks each
cause whether it is gone and lets a probe through now and then; a job that arrives is told to
:func:`breakers.arrived`.

To add a cause: a member of ``core.holds.HoldCause`` with its policy and words there, and a
:class:`~ytui.engine.holds.causes.Cause` in ``causes.CAUSES`` that tells whose failure it is, what jobs lean
on it, and how a cheap look finds out that it is gone.
"""
