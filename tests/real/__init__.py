"""Tests against real servers; `make test-real` runs them."""
