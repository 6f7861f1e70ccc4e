"""What the record knows of a rule: its uses, and its last proof."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from casebook import migrate, rulebook
from casebook.db import utc_now
from casebook.errors import NotAllowed
from casebook.models import Event, PackCheck, PackLife, PackVersion, Recommendation, RuleUse
from casebook.recommend import recommend
from rules.carrying import carrying
from rules.library import library
from tests.factories import make_case, make_organisation, make_user, save

PILOT = {"lack_of_experience_pilot": True, "mental_state": "ordinary_negligence", "purpose": "public"}


@pytest.fixture
def used(session):
    """A case with a recommendation, its officer, and one rule that it rests on; a case of another organ that does too."""
    organ = make_organisation(session)
    officer = make_user(session, "officer", organisation=organ)
    case = make_case(session, officer)
    save(session, case, **PILOT)
    made = recommend(session, case, officer, date(2026, 11, 20))
    other = make_case(session, make_user(session, "officer"))
    save(session, other, **PILOT)
    recommend(session, other, other.officer, date(2026, 11, 20))
    versions = [made.content["rules"][rule_id]["version"] for rule_id in carrying(made.content)]
    return case, officer, versions


def uses_of(session, case):
    return set(session.scalars(select(RuleUse.rule).where(RuleUse.case_id == case.id)))


def test_the_last_recommendation_says_which_rules_a_case_used(session, used):
    case, officer, versions = used
    assert versions
    assert uses_of(session, case) == set(versions)

    save(session, case, private_gain_self=True, knew_of_prohibition=True)
    again = recommend(session, case, officer, date(2026, 11, 20))

    assert uses_of(session, case) == {
        again.content["rules"][one]["version"] for one in carrying(again.content)
    }
    assert uses_of(session, case) != set(versions)


def test_everybody_finds_only_their_own_cases_and_the_number_of_all_is_told_in_steps(session, used):
    case, officer, versions = used

    found = rulebook.cases_that_used(session, officer, versions[0])

    assert [(one.number, seq) for one, seq in found.cases] == [(case.number, 1)]
    assert found.told is None
    logged = session.scalars(select(Event).where(Event.kind == "rule.cases_listed")).one()
    assert logged.detail == {"rule": versions[0], "numbers": [case.number]}


def test_from_five_cases_on_their_number_is_told_rounded_down_to_who_has_none_of_them(session, used):
    _case, officer, versions = used
    for _number in range(6):
        session.add(RuleUse(rule=versions[0], case_id=make_case(session, officer).id, seq=1))
    session.flush()
    elsewhere = make_user(session)

    assert rulebook.cases_that_used(session, elsewhere, versions[0]).told == 5
    assert rulebook.cases_that_used(session, officer, versions[0]).told is None


@pytest.mark.parametrize("role", ["administrator", "receiver"])
def test_who_reads_no_cases_is_refused(session, used, role):
    with pytest.raises(NotAllowed):
        rulebook.cases_that_used(session, make_user(session, role), used[2][0])


def test_a_store_from_before_learns_the_uses_when_it_is_brought_up_to_date(engine, session, used):
    case, _officer, versions = used
    session.commit()

    migrate.downgrade(engine, "0012")
    migrate.upgrade(engine)

    session.expire_all()
    assert uses_of(session, case) == set(versions)
    assert json.loads(session.scalars(select(Recommendation.document)).first())


def test_the_last_proof_is_that_of_the_very_bytes(session):
    pack, by = library().packs["tolerance"], make_user(session)

    def check(digest, passed, beside=(), kind="proof", of=None):
        row = PackCheck(
            pack=of,
            kind=kind,
            digest=digest,
            beside=dict(beside),
            passed=passed,
            report={},
            by_id=by.id,
            at=utc_now(),
        )
        session.add(row)
        session.flush()
        return row

    assert rulebook.last_proof(session, pack) is None
    check("0" * 64, passed=True)
    check(pack.digest, passed=True, kind="check")
    assert rulebook.last_proof(session, pack) is None
    whole = check("1" * 64, passed=True, beside={"tolerance": pack.digest})
    assert rulebook.last_proof(session, pack) is whole
    draft = PackVersion(
        name="ganzi", number=1, organisation=by.organisation, life=PackLife.CHECKED, text="x", digest="2" * 64,
        by=by, at=utc_now(),
    )  # fmt: skip
    check(draft.digest, passed=False, beside={"tolerance": pack.digest}, of=draft)
    check(pack.digest, passed=False, of=draft)
    assert rulebook.last_proof(session, pack) is whole, "a proof of somebody's draft is nobody else's"

    own, local = check(draft.digest, passed=True, of=draft), replace(pack, name="ganzi", digest=draft.digest)
    assert rulebook.last_proof(session, local) is None
    for draft.life in (PackLife.PROPOSED, PackLife.APPROVED):
        session.flush()
    assert rulebook.last_proof(session, local) is own
