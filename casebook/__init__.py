"""The record: people, cases, facts, recommendations and the chain of events. Knows rules, never web."""

__version__ = "0.1.0"
