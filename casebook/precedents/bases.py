"""The precedents that may be relied on in an organ, ready to be asked: measured once, kept until the library changes.

Only what is alive and was decided again, with the same outcome, by the rules of the day is asked; the rest is stale
and binds nobody. Decided cases are read as decided: what was not found stands as its burden of proof has it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.models import Organisation, Tier
from casebook.packs.current import library_on
from casebook.precedents import ageing
from casebook.precedents.library import base_token, tier_for
from casebook.precedents.shelf import Kept, Shelf, load_shelf
from rules.factors import book
from rules.precedents import Base
from rules.precedents import Precedent as Decided

BINDING = (Tier.GUIDING, Tier.TYPICAL, Tier.SUPERIOR, Tier.OWN)  # cases of elsewhere are for reference only
MOST_KEPT = 200_000  # precedents in all the bases that are kept; the base asked last always stays
Made = TypeVar("Made")


class _Kept:
    """What is kept for one store; filled by any thread, bounded by the number of precedents in it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.shelves: OrderedDict[tuple, Shelf] = OrderedDict()
        self.bases: OrderedDict[tuple, Base] = OrderedDict()

    def get(self, kind: OrderedDict[tuple, Made], key: tuple) -> Made | None:
        with self.lock:
            if key in kind:
                kind.move_to_end(key)
            return kind.get(key)

    def put(
        self, kind: OrderedDict[tuple, Made], key: tuple, made: Made, size: Callable[[Made], int]
    ) -> None:
        with self.lock:
            kind[key] = made
            while len(kind) > 1 and sum(map(size, kind.values())) > MOST_KEPT:
                kind.popitem(last=False)


_stores: WeakKeyDictionary = WeakKeyDictionary()
_stores_lock = threading.Lock()


def shelf(session: Session, on: date) -> Shelf:
    """Every precedent that is alive, measured by the law of the day; loaded again only when the library changes."""
    kept = _store(session)
    key = base_token(session), ageing.rules_digest(library_on(session, on)), on
    found = kept.get(kept.shelves, key)
    if found is None:
        law = key[1], tuple(one.threshold(on) for one in book().factors.values())
        with kept.lock:  # what is published never changes, so by the same law it need not be measured again
            alike = [one for one in kept.shelves.values() if one.law == law]
        before = {one.id: one for one in alike[-1].kept.values()} if alike else {}
        found = load_shelf(session, on, ":".join(map(str, key)), law, before)
        kept.put(kept.shelves, key, found, lambda one: len(one.kept) + 100)
    return found


def base_for(
    session: Session,
    organisation: Organisation,
    issue: str,
    on: date,
    *,
    provision: str = "",
    elsewhere: bool = True,
    stale: bool = False,
    without_case: int | None = None,
    on_shelf: Shelf | None = None,
) -> Base:
    """The precedents with a finding on this issue as they weigh in this organ, by default those of elsewhere too.

    They stand in the order in which equally near ones are shown: by tier, then the newest first. On the red lines
    only those under the one `provision`: never across different ones. `without_case`: a precedent made from a case
    does not bind that case. `stale`: those that do not count instead, to say what they would require.
    """
    on_shelf = on_shelf or shelf(session, on)
    kept = _store(session)
    above = tuple(organ.id for organ in organisation.and_above())  # what the tiers of precedents go by
    key = on_shelf.token, above, issue, provision, elsewhere, stale
    found = kept.get(kept.bases, key)
    if found is None:
        among = on_shelf.past() if stale else on_shelf.counts()
        found = make_base(session, organisation, issue, among, provision, elsewhere=elsewhere)
        kept.put(kept.bases, key, found, lambda one: len(one.precedents) + 100)
    own = on_shelf.of_case.get(without_case) if without_case else None
    if own and any(one.id in own for one in found.precedents):
        return Base(found.schema, [one for one in found.precedents if one.id not in own])
    return found


def make_base(
    session: Session,
    organisation: Organisation,
    issue: str,
    kept: Iterable[Kept],
    provision: str = "",
    *,
    elsewhere: bool = True,
) -> Base:
    """The same of any precedents; not kept."""
    tiers = _tiers(session, organisation)
    found = [
        Decided(
            one.code, one.facts, rank, str(tiers(one)), one.provisions, reasons, one.decided_on, one.collective
        )
        for one in kept
        for rank, reasons in [one.findings.get(issue, (None, None))]
        if rank is not None and (not provision or provision in one.provisions)
    ]  # fmt: skip
    if not elsewhere:
        found = [one for one in found if one.tier != Tier.ELSEWHERE]
    order = {str(tier): place for place, tier in enumerate(Tier)}
    found.sort(key=lambda one: (order[one.tier], -(one.decided_on or date.min).toordinal(), one.id))
    return Base(book().schema(issue), found)


def of_tiers(base: Base, tiers: Iterable[str] = BINDING) -> Base:
    """The same base with only the precedents of these tiers: by default all that may bind."""
    wanted = {str(tier) for tier in tiers}
    if all(one.tier in wanted for one in base.precedents):
        return base
    return Base(base.schema, [one for one in base.precedents if one.tier in wanted])


def in_tier(one: Decided, decided_by: Organisation, seen_from: Organisation) -> Decided:
    """A precedent of one organ as it weighs in another."""
    return replace(one, tier=str(tier_for(_stub(Tier.OWN, decided_by), seen_from)))


def _store(session: Session) -> _Kept:
    engine = session.get_bind().engine
    with _stores_lock:
        if engine not in _stores:
            _stores[engine] = _Kept()
        return _stores[engine]


def _tiers(session: Session, organisation: Organisation) -> Callable[[Kept], Tier]:
    """How each precedent weighs in this organ; asked once for every organ it may come from."""
    organs = {organ.id: organ for organ in session.scalars(select(Organisation))}
    found: dict[tuple, Tier] = {}

    def tier(one: Kept) -> Tier:
        key = one.tier, one.organisation_id
        if key not in found:
            found[key] = tier_for(_stub(one.tier, organs[one.organisation_id]), organisation)
        return found[key]

    return tier


def _stub(tier: Tier, organisation: Organisation):
    return SimpleNamespace(tier=tier, organisation=organisation, organisation_id=organisation.id)
