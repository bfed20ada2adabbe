"""Pure rules and frozen dataclasses. Standard library only; knows no store, no network, no screen."""
