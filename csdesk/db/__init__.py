"""SQLModel tables, engines, migrations and one query file per subject. Returns domain dataclasses."""
