"""The screen, driven by keys."""
