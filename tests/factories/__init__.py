"""Records for tests, complete and valid; a test names only what it is about."""
