"""Official papers in the format of GB/T 9704-2012: what they say, how they look, their numbers and their bytes."""
