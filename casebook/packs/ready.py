"""Imported by the process that others are forked from (casebook.apart): everything is read once, before them."""

import casebook.packs.looking  # noqa: F401
from rules.library import library

library()
