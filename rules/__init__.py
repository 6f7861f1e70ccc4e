"""Pure reasoning: facts in, an explained assessment out. No Flask, no database, no clock, no network."""
