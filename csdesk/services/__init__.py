"""Use cases: what an agent or the sync process does, in the words of the field."""
