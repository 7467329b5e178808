"""The full-screen application; the only code that imports textual."""
