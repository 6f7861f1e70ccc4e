"""Grams for what results are filtered by, so that the index itself skips what a filter or the reader's organ rules out.

They only narrow down, as all grams do: whether a filter is met, and who may find what, is asked of the rows themselves.
A tag begins with a character that no folded text has as part of a word, so nothing that is typed is ever one.
"""

from collections.abc import Iterable
from hashlib import sha256

from casebook.db import canonical_json
from casebook.models import Case, Precedent, Role, Tier, User
from casebook.search.filters import CASES, Filters

_MARK = "\ue000"
_FIXED = (Tier.GUIDING, Tier.TYPICAL)
_SAME = ("outcome", "life", "region", "sector")


def tag(name: str, *value: object) -> str:
    said = canonical_json([name, *value])
    return _MARK + sha256(said.encode()).hexdigest()[:10]


def of_precedent(precedent: Precedent) -> set[str]:
    """The tags of a precedent."""
    tags = {tag("kind", "precedent"), tag("organ", precedent.organisation_id)}
    tags |= {tag(name, str(getattr(precedent, name))) for name in _SAME}
    if precedent.tier in _FIXED:
        tags.add(tag("tier", str(precedent.tier)))
    tags |= {tag("issue", one.issue, one.outcome) for one in precedent.issues}
    tags |= {tag("fact", name, value) for name, value in precedent.known_facts.items()}
    return tags


def of_case(case: Case) -> set[str]:
    """The tags of a case: only what never changes in it."""
    return {tag("kind", "case"), tag("organ", case.organisation_id)}


def wanted(by: User, filters: Filters) -> list[set[str]]:
    """What every result has: of each set at least one tag."""
    if filters.scope == CASES:
        return [{tag("kind", "case")}, *_of_organs(by)]
    found = [{tag("kind", "precedent")}]
    found += [{tag(name, getattr(filters, name))} for name in _SAME if getattr(filters, name)]
    if filters.tier in map(str, _FIXED):
        found.append({tag("tier", filters.tier)})
    elif filters.tier == Tier.OWN:
        found.append({tag("organ", by.organisation_id)})
    elif filters.tier == Tier.SUPERIOR:
        found.append({tag("organ", organ.id) for organ in by.organisation.and_above()})
    if filters.issue and filters.finding:
        found.append({tag("issue", filters.issue, filters.finding)})
    if filters.fact and filters.value is not None:
        found.append({tag("fact", filters.fact, filters.value)})
    return found


def _of_organs(by: User) -> Iterable[set[str]]:
    """An officer reads the cases of one organ; whoever reads those of others is left to the rows."""
    if by.role == Role.OFFICER:
        yield {tag("organ", by.organisation_id)}
