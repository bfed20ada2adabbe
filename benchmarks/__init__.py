"""Measurements of csdesk against its budgets, beside other programs where there are any. Not shipped."""
