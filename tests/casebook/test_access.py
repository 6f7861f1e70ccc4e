"""Who may do what: the whole table, and people who try to get round it."""

import pytest
from sqlalchemy import select

from casebook import access, queries
from casebook.access import may
from casebook.accounts import set_active
from casebook.errors import CaseNotFound, NotAllowed
from casebook.intake import FactEntry, amend_case, open_case, save_facts
from casebook.models import Case, CaseFact, Event, Role
from casebook.recommend import recommend
from tests.factories import attach, make_case, make_organisation, make_user, save

CASE_ACTIONS = (access.READ_CASE, access.WRITE_CASE, access.RECOMMEND)
OTHER_ACTIONS = (
    access.LIST_CASES, access.OPEN_CASE, access.EXPORT_CASES, access.MANAGE_ACCOUNTS, access.VERIFY_AUDIT,
)  # fmt: skip


class Tree:
    """A city with two counties and a neighbouring city, each county and the neighbour with one case."""

    def __init__(self, session):
        self.city = make_organisation(session)
        self.county = make_organisation(session, parent=self.city)
        self.sister = make_organisation(session, parent=self.city)
        self.neighbour = make_organisation(session)
        self.case = make_case(session, make_user(session, organisation=self.county))
        self.sister_case = make_case(session, make_user(session, organisation=self.sister))
        self.far_case = make_case(session, make_user(session, organisation=self.neighbour))


@pytest.fixture
def tree(session):
    return Tree(session)


# role, place of the person, which cases they may read, and whether they may write those
TABLE = [
    ("officer", "county", {"case"}, True),
    ("officer", "city", set(), False),
    ("officer", "neighbour", {"far_case"}, True),
    ("reviewer", "county", {"case"}, False),
    ("reviewer", "city", {"case", "sister_case"}, False),
    ("reviewer", "neighbour", {"far_case"}, False),
    ("auditor", "neighbour", {"case", "sister_case", "far_case"}, False),
    ("administrator", "city", set(), False),
    ("administrator", "county", set(), False),
]


@pytest.mark.parametrize(("role", "place", "readable", "writes"), TABLE)
def test_each_role_reaches_the_cases_of_the_table_and_no_others(session, tree, role, place, readable, writes):
    user = make_user(session, role, organisation=getattr(tree, place))

    for name in ("case", "sister_case", "far_case"):
        case = getattr(tree, name)
        allowed = {action for action in CASE_ACTIONS if may(user, action, case)}
        expected = {access.READ_CASE} if name in readable else set()
        if writes and name in readable:
            expected |= {access.WRITE_CASE, access.RECOMMEND}
        assert allowed == expected, name
    listed = {case.number for case in session.scalars(access.visible_cases(user))}
    assert listed == {getattr(tree, name).number for name in readable}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("officer", {access.LIST_CASES, access.OPEN_CASE, access.EXPORT_CASES}),
        ("reviewer", {access.LIST_CASES, access.EXPORT_CASES}),
        ("auditor", {access.LIST_CASES, access.EXPORT_CASES, access.VERIFY_AUDIT}),
        ("administrator", {access.MANAGE_ACCOUNTS}),
    ],
)
def test_each_role_has_the_other_actions_of_the_table_and_no_more(session, role, expected):
    user = make_user(session, role)

    assert {action for action in OTHER_ACTIONS if may(user, action)} == expected


def test_whatever_is_not_granted_is_refused(session, tree):
    officer = tree.case.officer

    assert not may(None, access.READ_CASE, tree.case)
    assert not may(officer, "case.burn", tree.case)
    assert not may(officer, "")
    for action in CASE_ACTIONS:
        assert not may(officer, action), "an action about a case is refused without one"
    with pytest.raises(NotAllowed) as refused:
        access.ensure(officer, access.MANAGE_ACCOUNTS)
    assert refused.value.action == access.MANAGE_ACCOUNTS


@pytest.mark.parametrize("role", list(Role))
def test_an_inactive_person_may_do_nothing(session, tree, role):
    user = make_user(session, role, organisation=tree.county)
    set_active(session, user, None, active=False)

    assert not any(may(user, action, tree.case) for action in CASE_ACTIONS)
    assert not any(may(user, action) for action in OTHER_ACTIONS)
    assert session.scalars(access.visible_cases(user)).all() == []


def test_an_officer_moved_to_another_organ_leaves_their_cases_behind(session, tree):
    officer = tree.case.officer

    officer.organisation = tree.sister
    session.flush()

    assert not may(officer, access.READ_CASE, tree.case)
    assert may(officer, access.READ_CASE, tree.sister_case)


OUTSIDERS = [
    ("officer", "neighbour"),
    ("officer", "city"),
    ("reviewer", "sister"),
    ("administrator", "county"),
]


@pytest.mark.parametrize(("role", "place"), OUTSIDERS)
def test_somebody_elses_case_cannot_be_told_from_one_that_does_not_exist(session, tree, role, place):
    user = make_user(session, role, organisation=getattr(tree, place))

    with pytest.raises(CaseNotFound) as hidden:
        queries.get_case(session, user, tree.case.number)
    with pytest.raises(CaseNotFound) as absent:
        queries.get_case(session, user, "T1-2020-00001")

    assert hidden.value.message("zh").replace(tree.case.number, "") == absent.value.message("zh").replace(
        "T1-2020-00001", ""
    )
    assert (hidden.value.refused, absent.value.refused) == (True, False)
    refusal = session.scalars(select(Event).where(Event.kind == "case.refused")).one()
    assert (refusal.by, refusal.case_id) == (user, tree.case.id)


WRITERS_TO_BE = [*OUTSIDERS, ("reviewer", "city"), ("reviewer", "county"), ("auditor", "county")]


@pytest.mark.parametrize(("role", "place"), WRITERS_TO_BE)
def test_nobody_else_writes_to_a_case(session, home, tree, today, role, place):
    user = make_user(session, role, organisation=getattr(tree, place))
    attempts = [
        lambda: save_facts(session, tree.case, {"deaths": FactEntry(1)}, user, seen_version=1),
        lambda: amend_case(session, tree.case, user, seen_version=1, title="x"),
        lambda: attach(session, home, tree.case, by=user),
        lambda: recommend(session, tree.case, user, today),
    ]
    before = session.scalars(select(Event.seq)).all()

    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()

    assert session.scalars(select(Event.seq)).all() == before
    assert session.scalars(select(CaseFact)).all() == []
    assert tree.case.version == 1


@pytest.mark.parametrize("role", ["reviewer", "auditor", "administrator"])
def test_only_officers_open_cases(session, role):
    with pytest.raises(NotAllowed):
        open_case(session, make_user(session, role), title="x", respondent_name="x")

    assert session.scalars(select(Case)).all() == []


@pytest.mark.parametrize(("role", "place"), OUTSIDERS)
def test_nobody_else_reads_what_hangs_on_a_case(session, home, tree, today, role, place):
    user = make_user(session, role, organisation=getattr(tree, place))
    save(session, tree.case, deaths=0)
    recommend(session, tree.case, tree.case.officer, today)
    attachment = attach(session, home, tree.case)
    attempts = [
        lambda: queries.read_recommendation(session, user, tree.case),
        lambda: queries.read_attachment(session, home, user, tree.case, attachment.id),
        lambda: queries.case_history(session, user, tree.case),
    ]

    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()


def test_an_administrator_can_neither_list_nor_export_cases(session, tree):
    administrator = make_user(session, "administrator", organisation=tree.city)

    with pytest.raises(NotAllowed):
        queries.list_cases(session, administrator)
    with pytest.raises(NotAllowed):
        queries.export_cases(session, administrator)
    assert queries.count_cases(session, administrator) == 0


def test_an_export_by_a_person_holds_only_what_they_may_see(session, tree):
    reviewer = make_user(session, "reviewer", organisation=tree.city)

    rows = queries.export_cases(session, reviewer)

    assert {row["id"] for row in rows} == {tree.case.number, tree.sister_case.number}
