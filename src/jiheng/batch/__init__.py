"""Many forms at once: evaluations as columns, the same law compiled to columns, engines that run it over any amount of data."""
