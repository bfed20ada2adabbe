"""Widgets: given dataclasses, they show them. They call nobody."""
