"""Measures vbg beside other software and beside the limits of the machine. See `README.md`."""
