"""What the law of a day that the officer names would have said of a case: a comparison, logged as read."""

from datetime import date

from sqlalchemy.orm import Session

from casebook import access, events
from casebook.errors import BadFields, Problem, Withheld
from casebook.models import Case, User
from casebook.packs.current import library_on
from casebook.procedure.dates import check_day
from casebook.recommend import read_facts
from rules.assess import ReadersDiffer
from rules.conduct import Conduct
from rules.engine import EngineError
from rules.law_of_day import LawOfDay, first_day, law_of_day


def of_day(session: Session, case: Case, by: User, day: date | None, as_of: date) -> LawOfDay:
    """The case as it stands under the law of the day, beside what governs it; facts and record stay as they are.

    Raises NotAllowed; BadFields for a day in the future or before any law that is loaded; Withheld when the two
    readers of the rules disagree or one does not answer; PacksDoNotFit.
    """
    access.ensure(by, access.READ_CASE, case)
    packs = library_on(session, as_of)
    errors: dict[str, Problem] = {}
    check_day(errors, "day", day, since=first_day(packs), until=as_of)
    if errors:
        raise BadFields(errors)
    try:
        found = law_of_day(
            read_facts(session, case), Conduct.parse(case.conduct), day, as_of, case.region, packs
        )
    except (ReadersDiffer, EngineError) as differ:
        raise Withheld(case, sorted(map(str, getattr(differ, "rules", ())))) from differ
    events.record(
        session, "law_of_day.read", by, case, version=case.version, day=day.isoformat(),
        disposition=found.then["disposition"],
    )  # fmt: skip
    return found
