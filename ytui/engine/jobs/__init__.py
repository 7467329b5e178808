"""One job in one slot: its process, what each kind of job is asked and answers, and how it may fail."""
