"""Commands beside the screen: arguments in, one object or neat lines out, an exit code."""
