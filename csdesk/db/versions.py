"""Which schema this csdesk writes and reads."""

LATEST = 17
VIEWS = 1
"""The version of the views for other programs (db.report_views); it goes up with every change to them."""
