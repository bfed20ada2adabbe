"""Stores on both databases for the tests of the database layer."""

from tests.databases import clock, database, empty_url, migrated_file, open_store, postgres, store, store_url

__all__ = ["clock", "database", "empty_url", "migrated_file", "open_store", "postgres", "store", "store_url"]
