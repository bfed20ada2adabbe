"""Tests of what `make` uses."""
