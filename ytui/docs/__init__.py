"""The manual: one Markdown page a topic, shown by ``ytui help`` and behind ``?`` in the application."""
