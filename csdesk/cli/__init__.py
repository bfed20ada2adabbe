"""One file per command group. Imports stay lazy so that every command starts fast."""
