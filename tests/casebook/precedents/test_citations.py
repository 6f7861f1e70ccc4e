"""Every precedent and article that is cited anywhere can be looked up; what cannot is named with where and why."""

import copy
from datetime import date

import pytest
from sqlalchemy import delete, select, text

from casebook import events
from casebook.db import utc_now
from casebook.errors import Problem
from casebook.models import PrecedentDeparture, Recommendation, RuleText
from casebook.papers.issue import issue
from casebook.precedents import citations, cited_files, consult
from casebook.precedents.cited_rules import CitedRules
from casebook.procedure.dates import today
from casebook.procedure.decide import standing_decision
from tests.precedents import a_precedent
from tests.stages import Cast, bring

HERE = Problem("此处", "here")
DAY = date(2026, 11, 22)


@pytest.fixture
def case(session, home):
    """A decided case with its paper, a consultation and a departure, and precedents that cite rules and articles."""
    cast = Cast(session, home)
    case = bring(session, cast, "in_force")
    a_precedent(session, cast.reviewer, articles=["redlines.gain"])
    old = a_precedent(session, cast.reviewer, articles=[{"instrument": "PD2020", "article": "第十二条"}])
    consult.consult(session, case, cast.reviewer, today())
    decision = standing_decision(session, case)
    row = PrecedentDeparture(
        case_id=case.id, decision_id=decision.id, precedent_id=old.id, code="superseded", factors=[],
        newer="《中国共产党问责条例》第十七条", reason="条例另有规定", by_id=cast.reviewer.id, at=utc_now(),
    )  # fmt: skip
    session.add(row)
    events.record(session, "precedent.changed", cast.reviewer, rows=[row], precedent=old.id)
    kind = "tolerance_decision" if decision.disposition == "tolerate" else "decision"
    issue(session, home, case, kind, cast.chief, today())
    return case


def broken(session):
    return [(one.what, one.why.en) for one in citations.check(session, today()).broken]


def test_everything_cited_in_a_store_resolves(session, case):
    seen = []
    found = citations.check(session, today(), seen.append)

    assert found.broken == []
    assert seen == list(citations.WHERE) == list(found.counted)
    assert all(found.counted.values()), found.counted
    assert found.total > 300


def test_the_files_of_the_product_cite_nothing_that_cannot_be_looked_up():
    found = list(cited_files.in_files(today()))

    assert [(where.en, what, why.en) for where, what, why in found if why] == []
    assert {where.en.partition(":")[0] for where, _, _ in found} == {
        "factors.yaml", "measures.yaml", "limits.yaml", "channels.yaml",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("article", "why"),
    [
        ("redlines.forgotten", "is no rule or article"),
        ({"instrument": "PD2020", "article": "第九百条"}, "is no rule or article"),
        ({"instrument": "PD1999", "article": "第十二条"}, "is no rule or article"),
        ({"instrument": "SOE2024", "article": "第十二条"}, "was not in force"),
    ],
)
def test_a_precedent_that_cites_what_is_not_there_is_named(session, article, why):
    precedent = a_precedent(session, conduct="2021-01", decided_on=date(2021, 6, 1))
    precedent.articles = ["redlines.gain", article]
    session.flush()

    ((_, said),) = broken(session)
    assert why in said
    (one,) = citations.check(session, today()).broken
    assert one.where.en == f"precedent {precedent.code}"


def test_a_newer_precedent_or_article_that_is_not_there_is_named(session, case):
    row = session.scalars(select(PrecedentDeparture)).one()
    update = text("UPDATE precedent_departures SET newer = :newer WHERE id = :id")
    unguard(session, "precedent_departures", "update")
    for newer, why in (
        ("QX-P1999-0001", "there is no precedent of this code"),
        ("《某条例》第五条", "no such article is kept here"),
    ):
        session.execute(update, {"newer": newer, "id": row.id})
        session.expire_all()
        assert broken(session) == [(newer, why)]


def unguard(session, table, action):
    """Let a row that is kept for good be changed, as whoever holds the database could."""
    on = f" ON {table}" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_{action}{on}"))


@pytest.mark.parametrize(
    ("cites", "what", "why"),
    [
        (
            "依据《中华人民共和国公职人员政务处分法》第十二条。",
            "《中华人民共和国公职人员政务处分法》第十二条",
            None,
        ),
        (
            "依据《中华人民共和国公职人员政务处分法》第九十九条。",
            "《中华人民共和国公职人员政务处分法》第九十九条",
            "no such",
        ),
        ("依据《某市办法》第一条。", "《某市办法》第一条", "no such"),
    ],
)
def test_an_article_in_a_paper_is_looked_up(cites, what, why):
    ((_, said, found),) = cited_files.articles_in(HERE, cites, DAY)

    assert said == what
    assert (found is None) == (why is None)
    assert why is None or why in found.en


def test_an_article_cited_before_it_was_in_force_is_named():
    cites = "依据《国有企业管理人员处分条例》第四十二条第一项。"
    ((_, _, before),) = cited_files.articles_in(HERE, cites, date(2024, 8, 31))
    ((_, _, after),) = cited_files.articles_in(HERE, cites, date(2024, 9, 1))

    assert (before.en, after) == ("not in force yet on the day it is cited", None)


@pytest.fixture
def document(session, case):
    return copy.deepcopy(session.scalars(select(Recommendation)).first().content)


def test_a_recommendation_is_looked_up_in_the_texts_it_was_made_from(session, document):
    found = list(CitedRules(session).check(document))

    assert len(found) > 100
    assert [why for _, why in found if why] == []


def changed(document, **fields):
    rule_id = next(iter(document["rules"]))
    document["rules"][rule_id].update(fields)
    return rule_id


@pytest.mark.parametrize(
    "fields", [{"article": "第九十九条"}, {"instrument": "XX1"}, {"from": "1999-01-01"}, {"to": "2000-01-01"}]
)
def test_a_rule_that_the_kept_text_does_not_have_is_named(session, document, fields):
    rule_id = changed(document, **fields)
    found = {what.split()[0]: why for what, why in CitedRules(session).check(document) if why}

    assert {what: why.en for what, why in found.items()} == {
        rule_id: "the text that is kept has no such rule"
    }


def test_a_rule_out_of_force_on_the_day_is_named(session, document):
    document["as_of"] = "2001-01-01"
    for law in document["law"]:
        law["date"] = "2001-01-01"
    found = [why.en for _, why in CitedRules(session).check(document) if why]

    assert set(found) == {"not in force on the day it is applied to"}


def test_a_text_that_was_not_kept_is_named(session, document):
    digest = next(iter(document["packs"].values()))["digest"]
    unguard(session, "rule_texts", "delete")
    session.execute(delete(RuleText).where(RuleText.sha256 == digest))
    session.expire_all()
    found = [why.en for _, why in CitedRules(session).check(document) if why]

    assert set(found) == {"the text of the rules it was made from is not kept"}


def test_a_kept_text_that_is_no_pack_has_no_rules(session, document):
    name, pack = next(iter(document["packs"].items()))
    session.add(RuleText(sha256="0" * 64, name="x.yaml", text="- nothing"))
    session.flush()
    pack["digest"] = "0" * 64
    found = [what for what, why in CitedRules(session).check(document) if why]

    assert found
    assert all(document["rules"][what.split()[0]]["pack"] == name for what in found)


def test_two_texts_under_one_name_are_named(monkeypatch):
    twice = {**cited_files._instruments(), "PD2020": (frozenset({"甲法", "乙法"}), None, None)}
    monkeypatch.setattr(cited_files, "_instruments", lambda: twice)
    found = [why.en for _, _, why in cited_files.in_files(today()) if why]

    assert set(found) == {"one name for different texts: 乙法、甲法"}


@pytest.mark.parametrize(
    ("article", "day", "why"),
    [
        ("none", DAY, "no article is given"),
        ("第十二条", date(2019, 1, 1), "not in force yet on the day it is cited"),
        ("第十二条", DAY, None),
    ],
)
def test_a_provision_without_article_or_out_of_force_is_named(article, day, why):
    one = next(one for _, _, one, _ in cited_files._provisions() if one.id == "PD2020")
    found = cited_files._why(cited_files.Provision("PD2020", one.source, article, "SEEN"), day)

    assert (found and found.en) == why


def test_a_provision_of_a_text_that_has_ended_is_named():
    one = next(one for _, _, one, _ in cited_files._provisions() if one.id == "PAR2009")
    assert cited_files._why(one, DAY).en == "no longer in force on the day it is cited"


def test_a_consultation_of_a_precedent_that_is_gone_is_named(session, case, monkeypatch):
    monkeypatch.setattr(citations, "_code_exists", lambda *_: False)
    assert {why for _, why in broken(session)} <= {"there is no precedent of this code"}
