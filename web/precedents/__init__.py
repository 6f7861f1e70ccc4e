"""The pages of the library of precedents, and of what it says of one case."""
