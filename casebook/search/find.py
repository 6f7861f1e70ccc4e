"""Finding precedents and cases by their words: the same answers on both databases, the newest first.

Who may find what is part of the one question put to the database, so neither the results nor their number tell of
anything else. A search is logged with numbers and ids; never what was typed, which may be a name.
"""

from dataclasses import dataclass

from sqlalchemy import Select, and_, cast, column, exists, func, or_, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session, joinedload, selectinload

from casebook import access, events
from casebook.models import (
    Assignment,
    Case,
    CaseFact,
    Decision,
    Part,
    Precedent,
    SearchEntry,
    SeenBy,
    Stage,
    Standing,
    User,
)
from casebook.precedents import finding
from casebook.search import tags, texts
from casebook.search.excerpts import Excerpt, Piece, excerpts, marked, opening
from casebook.search.filters import CASES, Filters, checked
from casebook.search.grams import Query, is_one_gram, parse

PER_PAGE = 20
MOST_COUNTED = 1000
_FTS = table("search_grams", column("rowid"))
_PASSED_TO_LIBRARY = (
    "outcome", "tier", "life", "region", "sector", "since", "until", "issue", "finding", "fact", "value",
    "article",
)  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """One precedent or one case, with its title and the places where the words stand, as pieces to mark."""

    precedent: Precedent | None
    case: Case | None
    number: tuple[Piece, ...]
    title: tuple[Piece, ...]
    excerpts: list[Excerpt]
    opening: str


@dataclass(frozen=True)
class Found:
    """One page of results. `more`: there are more than `total`, and they were not counted."""

    hits: list[Hit]
    total: int
    more: bool
    page: int
    pages: int


def find(session: Session, by: User, typed: str, filters: Filters, *, page: int = 1) -> Found:
    """What this person may find; logged. Raises BadFields, NotAllowed."""
    query, filters = asked(typed, filters)
    access.ensure(by, access.LIST_CASES if filters.scope == CASES else access.READ_PRECEDENTS)
    matching = entries(session, by, query, filters)
    counted = matching.order_by(None).limit(MOST_COUNTED + 1).subquery()
    total = session.scalar(select(func.count()).select_from(counted))
    more, total = total > MOST_COUNTED, min(total, MOST_COUNTED)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    shown = session.execute(matching.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    hits = _hits(session, filters.scope, [row.id for row in shown], query.wanted)
    events.record(
        session, "search.listed", by, scope=filters.scope, terms=len(query.wanted), without=len(query.excluded),
        filters=filters.used, found=total, more=more, page=page,
        precedents=[hit.precedent.id for hit in hits if hit.precedent],
        cases=[hit.case.number for hit in hits if hit.case],
    )  # fmt: skip
    return Found(hits, total, more, page, pages)


def asked(typed: str, filters: Filters) -> tuple[Query, Filters]:
    """What is typed and chosen, as it is looked for. Raises BadFields."""
    filters = checked(filters)
    return parse(typed), filters


def entries(session: Session, by: User, query: Query, filters: Filters) -> Select:
    """The ids of the entries that meet a search and that this person may find, the newest first."""
    if filters.scope == CASES:
        found, source = _cases(by, filters), Case.id == SearchEntry.case_id
        found = found.where(_may_see(by))
    else:
        named = {name: getattr(filters, name) for name in _PASSED_TO_LIBRARY}
        found, source = finding.matching(by, **named), Precedent.id == SearchEntry.precedent_id
    found = found.with_only_columns(SearchEntry.id, maintain_column_froms=True).where(source)
    return _with_words(session, found, query, tags.wanted(by, filters), filters)


def _with_words(
    session: Session, found: Select, query: Query, tagged: list[set[str]], filters: Filters
) -> Select:
    """Walk the index from the newest entry back, and compare what the grams leave open in the text."""
    needed = [{gram} for gram in query.narrowing] + tagged
    without = [term.strip() for term in query.excluded if is_one_gram(term)]
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        newest, place = _FTS.c.rowid, func.instr
        sought = " AND ".join(f"({' OR '.join(map(_quoted, sorted(some)))})" for some in needed)
        sought = f"({sought})" + "".join(f" NOT {_quoted(gram)}" for gram in without)
        found = found.where(
            SearchEntry.id == _FTS.c.rowid, text("search_grams MATCH :grams").bindparams(grams=sought)
        )
    else:
        newest, place = SearchEntry.id, func.strpos
        sought = " & ".join(f"({' | '.join(map(_lexeme, sorted(some)))})" for some in needed)
        sought += "".join(f" & !{_lexeme(gram)}" for gram in without)
        found = found.where(SearchEntry.grams.op("@@")(cast(sought, TSQUERY)))
    if filters.since:
        found = found.where(newest >= filters.since.toordinal() << 32)
    if filters.until:
        found = found.where(newest < (filters.until.toordinal() + 1) << 32)
    for term in query.wanted:
        if not is_one_gram(term):
            found = found.where(place(SearchEntry.text, term) > 0)
    for term in query.excluded:
        if not is_one_gram(term):
            found = found.where(place(SearchEntry.text, term) == 0)
    return found.order_by(newest.desc())


def _quoted(gram: str) -> str:
    return f'"{gram}"'


def _lexeme(gram: str) -> str:
    return f"'{gram}'"


def _cases(by: User, filters: Filters) -> Select[tuple[Case]]:
    cases = access.visible_cases(by)
    if filters.region:
        cases = cases.where(Case.region == filters.region)
    if filters.stage:
        cases = cases.where(Case.stage == Stage(filters.stage))
    if filters.outcome:
        stands = and_(
            Decision.case_id == Case.id, Decision.disposition == filters.outcome,
            Decision.signed_at.is_not(None), Decision.ended_on.is_(None),
        )  # fmt: skip
        cases = cases.where(exists().where(stands), ~_owes_second_opinion(by))
    if filters.fact:
        established = and_(
            CaseFact.case_id == Case.id, CaseFact.fact_id == filters.fact, CaseFact.value.is_not(None),
            CaseFact.standing.in_((Standing.DOCUMENTED, Standing.VERIFIED)),
        )  # fmt: skip
        if filters.value is not None:
            established = and_(established, CaseFact.value == filters.value)
        cases = cases.where(exists().where(established))
    return cases


def _owes_second_opinion(by: User):
    """`second_opinion.is_blind` as a condition."""
    return and_(
        Case.stage.in_(access.BEFORE_DECISION),
        exists().where(
            Assignment.case_id == Case.id, Assignment.user_id == by.id, Assignment.ended_at.is_(None),
            Assignment.part == Part.SECOND_REVIEWER,
        ),
    )  # fmt: skip


def _may_see(by: User):
    """Which entry of a case this person finds: without what was decided, as long as they owe a second opinion."""
    blind = _owes_second_opinion(by)
    return or_(
        SearchEntry.seen_by == SeenBy.EVERYONE,
        and_(SearchEntry.seen_by == SeenBy.SIGHTED, ~blind),
        and_(SearchEntry.seen_by == SeenBy.BLIND, blind),
    )


def _hits(session: Session, scope: str, ids: list[int], terms: tuple[str, ...]) -> list[Hit]:
    whole = select(SearchEntry.id, SearchEntry.seen_by, SearchEntry.precedent_id, SearchEntry.case_id)
    rows = {row.id: row for row in session.execute(whole.where(SearchEntry.id.in_(ids)))}
    if scope == CASES:
        loaded = select(Case).where(Case.id.in_([row.case_id for row in rows.values()]))
        loaded = loaded.options(selectinload(Case.respondents), joinedload(Case.organisation))
    else:
        loaded = select(Precedent).where(Precedent.id.in_([row.precedent_id for row in rows.values()]))
        loaded = loaded.options(selectinload(Precedent.facts), joinedload(Precedent.organisation))
    found = {one.id: one for one in session.scalars(loaded)}
    return [_hit(session, rows[place], found, terms) for place in ids]


def _hit(session: Session, row, found: dict, terms: tuple[str, ...]) -> Hit:
    if row.case_id is None:
        precedent, case = found[row.precedent_id], None
        one, number, fields = precedent, precedent.code, texts.of_precedent(precedent)
    else:
        precedent, case = None, found[row.case_id]
        one, number, fields = case, case.number, texts.of_case(case)
        if row.seen_by == SeenBy.SIGHTED:
            fields += texts.decided(session, case)
    around = excerpts(fields, terms)
    return Hit(
        precedent, case, marked(number, terms), marked(one.title, terms), around,
        "" if around else opening(one.summary),
    )  # fmt: skip
