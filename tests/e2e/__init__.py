"""End-to-end tests: a real kernel driver, real cameras, real programs. See README.md."""
