"""Long lists a page at a time."""

from flask import request

PER_PAGE = 25
_FURTHEST = 10**6  # no list is as long, and no address makes a number that a database cannot take


def asked_page() -> int:
    """The page that the address asks for; the first where it says nothing that can be read."""
    return min(max(1, request.args.get("page", 1, type=int)), _FURTHEST)


def page_of(total: int, per_page: int = PER_PAGE) -> tuple[int, int]:
    """Which page of how many was asked for; a page beyond the last is the last."""
    pages = max(1, -(-total // per_page))
    return min(asked_page(), pages), pages
