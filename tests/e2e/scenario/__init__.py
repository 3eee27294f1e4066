"""What happens inside the guest: `python -m tests.e2e.scenario OUT` runs every check, reports in OUT."""
