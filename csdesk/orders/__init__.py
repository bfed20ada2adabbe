"""Order files and order sources, normalised to domain.orders."""
