"""Precedents: the library, how a decided case enters it, what it requires of a new case, and what ages it."""
