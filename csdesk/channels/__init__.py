"""One file per kind of connection, all behind domain.ports.Channel."""
