"""From the model's mask to the finished matte: steady in time (`smooth`), true at the edges (`refine`)."""
