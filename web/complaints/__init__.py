"""Pages of complaints: the public door, the desk, the handling, what is sealed."""
