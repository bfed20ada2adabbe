"""One screen, one file, its .tcss beside it. The only place that calls services from the UI."""
