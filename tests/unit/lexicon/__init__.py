"""The words not to write, by market."""
