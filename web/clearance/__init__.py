"""Pages of clearance, advance filings and return to office."""
