"""The self-proving file: one export of a case that a stranger verifies and re-runs offline."""
