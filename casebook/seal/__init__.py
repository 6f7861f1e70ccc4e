"""What is sealed: who complained, in what words, and what was filed in advance; its keys and its openings."""
