"""Scheduler, job processes and board; knows no Textual."""
