"""csdesk: a help desk for cross-border shops that lives in a terminal."""

__version__ = "0.1.0"
