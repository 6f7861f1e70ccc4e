"""Tests of the pure reasoning: real packs, real engines, no database, no clock."""
