"""Spelling by the dictionaries of the machine (Hunspell's), in a process of its own that is started when it is first
needed. Knows no store and no screen."""
