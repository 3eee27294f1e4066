"""The built-in benchmark: how good and how fast vbg is, on the shipped clip."""
