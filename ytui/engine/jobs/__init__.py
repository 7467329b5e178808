"""Jobs: the process of one, what each kind is asked and answers, and how it may fail."""
