"""Clearing a name in front of everyone who heard, advance filings, and the way back to office."""
