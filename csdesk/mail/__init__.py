"""Mail as text and bytes: parse, fold, thread, build. No network, no store."""
