"""Who makes law of a place: the chief at the top of its tree of organs, where no other tree has cases of that place.

Source: none says who keeps the rules of a shared site; this product's choice, docs/rule-packs.md "Who makes law here".
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import Case, CaseFact, Organisation, PackLife, PackVersion, Standing, User
from casebook.packs.current import approved, library_with, own_on
from rules.pack import PackError
from rules.places import PLACE_FACT, place_of


def top(organ: Organisation) -> Organisation:
    """The organ at the root of the tree in which this one stands."""
    return list(organ.and_above())[-1]


def with_those_below(session: Session, organ: Organisation) -> list[int]:
    """The ids of the organ and of every organ below it."""
    above = dict(session.execute(select(Organisation.id, Organisation.parent_id)).all())
    found = [organ.id]
    for one in found:
        found += [child for child, parent in above.items() if parent == one]
    return found


def not_entitled(session: Session, pack: PackVersion, by: User) -> Problem | None:
    """Why this chief may not sign the version into force or end it; None where nothing forbids it.

    A version in force is ended whatever cases others have: law that turns out wrong must not be beyond everybody's
    reach. A text that can no longer be read binds nobody: what is missing before it is signed says so.
    """
    if by.organisation.parent_id is not None:
        return Problem(
            "规则包对本站所有机关生效，其施行和停用由没有上级机关的机关主要负责人签署。",
            "A pack binds every organ of this site. The chief of an organ with none above it decides on it.",
        )
    if pack.life == PackLife.PROPOSED and _bound_elsewhere(session, pack, by.organisation):
        return Problem(
            "不属本机关及其下级的机关也有该地区的案件，本站没有机关能够代表它们批准这一地区的规则包；该地区的规则须随产品提供。",
            "Organs that are not below yours have cases of that place. No organ of this site answers for all of them; "
            "the law of that place has to come with the product.",
        )
    return None


def _bound_elsewhere(session: Session, pack: PackVersion, organ: Organisation) -> bool:
    """Whether a case outside the tree of the organ lies in the region of the pack."""
    own = own_on(approved(session), pack.proposed_from)
    try:
        region = library_with(session, own, pack.name, pack.text).packs[pack.name].region
    except PackError:
        return False
    stated = (
        (CaseFact.case_id == Case.id)
        & (CaseFact.fact_id == PLACE_FACT)
        & CaseFact.standing.in_([Standing.DOCUMENTED, Standing.VERIFIED])
    )
    places = (
        select(Case.region, CaseFact.value)
        .outerjoin(CaseFact, stated)
        .where(Case.organisation_id.not_in(with_those_below(session, organ)))
        .distinct()
    )
    return any(
        place_of(said, {PLACE_FACT: found}).startswith(region) for said, found in session.execute(places)
    )
