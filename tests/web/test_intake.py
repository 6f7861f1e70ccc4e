"""Entering facts: every kind of field, save and return, bad input, two people at once, checking the answers."""

import pytest
from sqlalchemy import select, update

from casebook import queries
from casebook.changes import FactEntry
from casebook.models import CaseFact, FactChange
from rules.assess import ReadersDiffer
from rules.vocabulary import vocabulary
from tests.factories import save
from web import intake as pages
from web import sections


def stored(session, case) -> dict:
    session.expire_all()
    found = queries.facts_of(session, case)
    session.commit()
    return found


def section_of(fact_id: str) -> str:
    fact = vocabulary().facts[fact_id]
    return sections.KEY if fact.core else fact.section


def open_section(visitor, case, section):
    return visitor.get(f"/cases/{case.number}/facts/{section}")


@pytest.fixture
def ids(app):
    """The facts that each page asks, by page."""
    with app.test_request_context("/?lang=en"):
        return {page.id: [fact.id for fact in page.asked] for page in sections.pages()}


def test_every_fact_of_the_task_is_asked_on_exactly_one_page(app, ids):
    asked = [fact_id for facts in ids.values() for fact_id in facts]

    assert len(asked) == len(set(asked))
    assert {fact.id for fact in vocabulary().facts.values() if "disposition" in fact.tasks} <= set(asked)
    with app.test_request_context():
        assert {fact for fact, packs in sections.packs_that_read().items() if packs} <= set(asked)
    assert all(vocabulary().facts[fact_id].core for fact_id in ids[sections.KEY])


def test_every_page_shows_its_questions_with_help_and_not_established_chosen(visitor, session, people, ids):
    from tests.factories import make_case

    empty = make_case(session, people.officer)
    session.commit()
    for section, facts in ids.items():
        open_section(visitor, empty, section)
        assert visitor.status == 200
        for fact_id in facts:
            block = visitor.page.select_one(f"#q-{fact_id}")
            fact = vocabulary().facts[fact_id]
            assert fact.en in block.get_text()
            assert fact.help_en in block.get_text()
            assert visitor.value(fact_id) in ("", None)
            assert visitor.value(f"{fact_id}__standing") == "documented"
            assert not block.select_one("details").has_attr("open")


def test_a_page_left_as_it_was_saves_nothing(visitor, case, session, ids):
    before = (stored(session, case), session.scalar(select(FactChange).order_by(FactChange.id.desc())).id)
    session.commit()

    for section in ids:
        open_section(visitor, case, section)
        visitor.send("Save and continue")
        assert visitor.status == 200

    assert (
        stored(session, case),
        session.scalar(select(FactChange).order_by(FactChange.id.desc())).id,
    ) == before


ANSWERS = {
    "subject_is_party_member": ("yes", True),
    "private_gain_related_persons": ("no", False),
    "mental_state": ("ordinary_negligence", "ordinary_negligence"),
    "conduct_sector": ("emergency", "emergency"),
    "direct_economic_loss_cny": ("１２０，０００．5", 120000.5),
    "deaths": ("1,200", 1200),
    "conduct_region": (" 350100 ", "350100"),
}


@pytest.mark.parametrize(("fact_id", "typed", "kept"), [(k, *v) for k, v in ANSWERS.items()], ids=ANSWERS)
def test_an_answer_is_kept_with_standing_evidence_and_note_and_shown_again(
    visitor, case, session, fact_id, typed, kept
):
    section = section_of(fact_id)
    open_section(visitor, case, section)

    visitor.send("Save and continue", **{
        fact_id: typed, f"{fact_id}__standing": "verified", f"{fact_id}__evidence": "卷二第31页", f"{fact_id}__note": "已核对原件",
    })  # fmt: skip

    row = stored(session, case)[fact_id]
    assert (row.value, row.standing, row.evidence, row.note) == (kept, "verified", "卷二第31页", "已核对原件")
    open_section(visitor, case, section)
    assert visitor.value(f"{fact_id}__evidence") == "卷二第31页"
    assert "Verified · 卷二第31页 · 已核对原件" in visitor.page.select_one(f"#q-{fact_id} summary").get_text()
    visitor.send("Save and continue")
    assert stored(session, case)[fact_id].value == kept


def test_a_date_is_typed_in_three_boxes_in_the_order_of_the_language(visitor, officer_zh, case, session):
    open_section(visitor, case, sections.KEY)
    labels = [
        label.get_text(strip=True)
        for label in visitor.page.select("#q-conduct_end_date .govuk-date-input label")
    ]
    assert labels == ["年", "月", "日"]
    visitor.client.set_cookie("casebook_lang", "en")
    open_section(visitor, case, sections.KEY)
    labels = [
        label.get_text(strip=True)
        for label in visitor.page.select("#q-conduct_end_date .govuk-date-input label")
    ]
    assert labels == ["Day", "Month", "Year"]

    visitor.send(
        "Save and continue",
        **{"conduct_end_date-year": "2020", "conduct_end_date-month": "2", "conduct_end_date-day": "29"},
    )

    assert stored(session, case)["conduct_end_date"].value == "2020-02-29"


def test_an_answer_can_be_taken_back_and_the_old_one_is_kept_in_the_history(visitor, case, session):
    open_section(visitor, case, sections.KEY)

    visitor.send("Save and continue", purpose="")

    assert stored(session, case)["purpose"].value is None
    change = session.scalar(select(FactChange).order_by(FactChange.id.desc()))
    assert (change.fact_id, change.old_value, change.new_value) == ("purpose", "public", None)


def test_several_values_are_ticked(app, session, case, people):
    from werkzeug.datastructures import MultiDict

    from web.fact_form import SectionForm

    fact = next(fact for fact in vocabulary().facts.values() if fact.type == "choices")
    typed = MultiDict([(fact.id, fact.values[1]), (fact.id, fact.values[0]), (fact.id, fact.values[1])])
    with app.test_request_context("/?lang=en"):
        form = SectionForm([fact], {}, typed)
        assert form.validate()
        assert form.entries[fact.id].value == [fact.values[1], fact.values[0]]


def test_saving_leads_on_and_saving_for_later_leads_to_the_workbench(visitor, case, ids):
    open_section(visitor, case, sections.KEY)
    visitor.send("Save and continue", mental_state="ordinary_negligence")
    assert visitor.path == f"/cases/{case.number}/check"
    open_section(visitor, case, "motive")
    visitor.send("Save and continue")
    assert visitor.path == f"/cases/{case.number}/facts/conditions"
    visitor.send("Save and come back later", time_pressure="yes")
    assert visitor.path == "/cases"
    assert "Saved: Objective conditions." in visitor.text()
    last = [section for section, facts in ids.items() if facts][-1]
    open_section(visitor, case, last)
    visitor.send("Save and continue")
    assert visitor.path.endswith("/check")


def test_a_core_fact_is_shown_in_its_section_but_asked_only_once(visitor, case):
    open_section(visitor, case, "motive")

    assert not visitor.page.select("[name=purpose]")
    panel = visitor.page.select_one(".cb-panel").get_text(" ")
    assert vocabulary().facts["purpose"].en in panel
    assert "Public" in panel


BAD = {
    "words for a number": ("direct_economic_loss_cny", {"direct_economic_loss_cny": "三千元"}, "Found “三千元”"),
    "a negative number": ("deaths", {"deaths": "-1"}, "a whole number from 0"),
    "half a person": ("deaths", {"deaths": "1.5"}, "a whole number"),
    "a third decimal": ("direct_economic_loss_cny", {"direct_economic_loss_cny": "1.005"}, "two decimals"),
    "commas in the wrong places": ("deaths", {"deaths": "1,2,3"}, "digits only"),
    "half a date": ("conduct_end_date", {"conduct_end_date-year": "2020"}, "in full"),
    "a day that does not exist": (
        "conduct_end_date", {"conduct_end_date-year": "2021", "conduct_end_date-month": "2", "conduct_end_date-day": "30"},
        "no such day",
    ),
    "a value that is not offered": ("mental_state", {"mental_state": "wicked"}, "Not a valid choice"),
    "too long a text": ("violated_provision_ref", {"violated_provision_ref": "字" * 10_001}, "10,000"),
}  # fmt: skip


@pytest.mark.parametrize(("fact_id", "typed", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_named_at_its_field_and_nothing_is_half_saved(
    visitor, case, session, fact_id, typed, message
):
    section = section_of(fact_id)
    other = next(
        f.id
        for f in vocabulary().facts.values()
        if f.type == "boolean" and section_of(f.id) == section and f.id not in ("private_gain_self",)
    )
    before = stored(session, case)
    open_section(visitor, case, section)

    visitor.send("Save and continue", **typed, **{other: "yes", f"{other}__note": "不可丢失"})

    assert visitor.status == 422
    label = vocabulary().facts[fact_id].en
    assert any(error.startswith(f"{label}: ") and message in error for error in visitor.errors), (
        visitor.errors
    )
    link = next(a for a in visitor.page.select(".govuk-error-summary a") if a.get_text().startswith(label))
    assert visitor.page.select_one(link["href"]).name in ("input", "select")
    assert "cb-fact--error" in visitor.page.select_one(f"#q-{fact_id}")["class"]
    for name, value in typed.items():
        if fact_id != "mental_state":
            assert visitor.value(name) == value
    assert (visitor.value(other), visitor.value(f"{other}__note")) == ("yes", "不可丢失")
    assert stored(session, case) == before


def test_errors_are_said_in_chinese_too(officer_zh, case):
    open_section(officer_zh, case, "consequences")

    officer_zh.send("保存并继续", deaths="几个")

    assert officer_zh.errors == ["死亡人数：“几个”不是数字。请只填阿拉伯数字，单位已在框边标明。"]
    assert officer_zh.page.title.get_text().startswith("错误：")


def test_overlong_evidence_opens_its_grounds_and_is_named(visitor, case, session):
    open_section(visitor, case, "consequences")

    visitor.send("Save and continue", deaths="1", deaths__evidence="卷" * 501)

    assert visitor.errors == [f"{vocabulary().facts['deaths'].en}: Use at most 500 characters."]
    assert visitor.page.select_one("#q-deaths details").has_attr("open")
    assert "deaths" not in stored(session, case)


def test_what_only_the_record_refuses_is_shown_at_its_fact(visitor, case, session):
    open_section(visitor, case, "consequences")

    visitor.send("Save and continue", deaths="1", deaths__note="响铃\x07")

    assert visitor.status == 422
    assert len(visitor.errors) == 1
    assert visitor.value("deaths") == "1"
    assert "deaths" not in stored(session, case)


def test_an_unknown_section_is_not_found_and_a_mangled_version_changes_nothing(visitor, case, session):
    open_section(visitor, case, "no-such-section")
    assert visitor.status == 404
    open_section(visitor, case, "consequences")
    visitor.send("Save and continue", deaths="1", seen_version="999")
    assert visitor.status == 400
    visitor.get(f"/cases/{case.number}/facts/consequences")
    visitor.send("Save and continue", deaths="1", seen_version="x")
    assert visitor.status == 400
    assert "deaths" not in stored(session, case)


def test_changes_of_different_facts_merge_without_a_word(visitor, case, session, people):
    open_section(visitor, case, "consequences")
    save(session, case, people.colleague, hidden_hazard="serious")
    session.commit()

    visitor.send("Save and continue", deaths="2")

    facts = stored(session, case)
    assert (facts["hidden_hazard"].value, facts["deaths"].value) == ("serious", 2)


@pytest.fixture
def clash(visitor, case, session, people):
    """The officer and a colleague both answered how many died; the officer typed more besides."""
    open_section(visitor, case, "consequences")
    save(
        session,
        case,
        people.colleague,
        deaths=FactEntry(5, "verified", "事故报告第3页", ""),
        hidden_hazard="serious",
    )
    session.commit()
    visitor.send("Save and continue", deaths="2", deaths__note="据家属陈述", expected_goal_unmet="yes")
    return visitor


def test_two_answers_to_one_question_are_shown_side_by_side_and_nothing_typed_is_lost(clash, case, session):
    assert clash.status == 409
    sides = clash.page.select_one(".cb-conflict").get_text(" ")
    assert "同事甲" in sides
    assert "5" in sides
    assert "事故报告第3页" in sides
    assert "据家属陈述" in sides
    assert (clash.value("deaths"), clash.value("deaths__note"), clash.value("expected_goal_unmet")) == (
        "2",
        "据家属陈述",
        "yes",
    )
    assert clash.errors == [f"{vocabulary().facts['deaths'].en}: choose which answer stands."]
    assert stored(session, case)["deaths"].value == 5
    assert "expected_goal_unmet" not in stored(session, case)


def test_one_may_keep_the_other_persons_answer_and_ones_own_other_answers(clash, case, session):
    clash.send("Save and continue", settle__deaths="theirs")

    facts = stored(session, case)
    assert (facts["deaths"].value, facts["deaths"].evidence) == (5, "事故报告第3页")
    assert facts["expected_goal_unmet"].value is True
    assert facts["hidden_hazard"].value == "serious"


def test_one_may_put_ones_own_answer_in_its_place(clash, case, session):
    clash.send("Save and continue", settle__deaths="mine")

    facts = stored(session, case)
    assert (facts["deaths"].value, facts["deaths"].note) == (2, "据家属陈述")
    assert facts["hidden_hazard"].value == "serious"


def test_without_a_choice_nothing_is_saved(clash, case, session):
    clash.send("Save and continue")

    assert clash.status == 409
    assert stored(session, case)["deaths"].value == 5
    assert "expected_goal_unmet" not in stored(session, case)
    clash.send("Save and continue", settle__deaths="mine")
    assert stored(session, case)["deaths"].value == 2


def test_a_third_change_while_choosing_is_shown_again(clash, case, session, people):
    save(session, case, people.colleague, deaths=6)
    session.commit()

    clash.send("Save and continue", settle__deaths="mine")

    assert clash.status == 409
    assert "6" in clash.page.select_one(".cb-conflict").get_text(" ")
    clash.send("Save and continue", settle__deaths="mine")
    assert stored(session, case)["deaths"].value == 2


def test_the_answers_are_listed_with_a_way_to_change_each(visitor, case, session, people):
    save(session, case, people.officer, deaths=FactEntry(2, "claimed", "举报信", "待核"))
    session.commit()

    visitor.get(f"/cases/{case.number}/check")

    text = visitor.text()
    assert "2 " + vocabulary().facts["deaths"].unit in text
    assert "举报信" in text
    assert "not read by the rules" in text
    links = {a["href"] for a in visitor.page.select("a")}
    assert f"/cases/{case.number}/facts/consequences#q-deaths" in links
    assert f"/cases/{case.number}/facts/key#q-purpose" in links


def test_missing_key_facts_are_listed_with_links(visitor, case, session):
    visitor.get(f"/cases/{case.number}/check")

    panel = next(p for p in visitor.page.select(".cb-panel") if "Key facts not established" in p.get_text())
    names = {a.get_text(strip=True) for a in panel.select("a")}
    assert names == {fact.en for fact in queries.missing_core_facts(session, case)}


def test_answers_that_cannot_both_be_right_are_pointed_out_and_left_alone(visitor, case, session, people):
    save(session, case, people.officer, loss_level="none", direct_economic_loss_cny=50000)
    session.commit()

    visitor.get(f"/cases/{case.number}/check")

    assert "The loss is given as none" in visitor.page.select_one(".cb-conflict").get_text()
    assert stored(session, case)["direct_economic_loss_cny"].value == 50000
    assert visitor.page.select("form[action$='/recommend']")


def test_an_accident_grade_that_the_figures_contradict_is_pointed_out_on_its_form_and_in_the_list_of_answers(
    officer_zh, case, session, people
):
    said = "事故等级填“无”，但有人员死亡、重伤"
    save(session, case, people.officer, accident_grade="none", deaths=3, purpose="public")
    session.commit()

    officer_zh.get(f"/cases/{case.number}/check")
    box = officer_zh.page.select_one(".cb-conflict")
    assert said in box.get_text()
    assert [link.get_text() for link in box.select("a")] == ["事故等级", "死亡人数"]
    open_section(officer_zh, case, "consequences")
    assert said in officer_zh.page.select_one(".cb-conflict").get_text()
    open_section(officer_zh, case, "motive")
    assert not officer_zh.page.select(".cb-conflict")

    case.conduct = "2007-05-31"  # the day before the regulation that names the thresholds
    session.commit()
    officer_zh.get(f"/cases/{case.number}/check")
    assert not officer_zh.page.select(".cb-conflict")


def test_answers_are_listed_even_where_the_readers_of_the_rules_disagree(
    visitor, case, session, people, monkeypatch
):
    def differ(*_):
        raise ReadersDiffer(["x.one"])

    monkeypatch.setattr(pages, "at_odds", differ)
    save(session, case, people.officer, loss_level="none", direct_economic_loss_cny=50000)
    session.commit()

    visitor.get(f"/cases/{case.number}/check")

    assert "The loss is given as none" in visitor.page.select_one(".cb-conflict").get_text()


def test_a_note_alone_is_kept_without_an_answer(visitor, case, session):
    open_section(visitor, case, "consequences")

    visitor.send("Save and continue", deaths__note="尚待医院回函")

    row = session.scalar(select(CaseFact).where(CaseFact.fact_id == "deaths", CaseFact.case_id == case.id))
    assert (row.value, row.note) == (None, "尚待医院回函")


def test_nothing_a_person_types_becomes_part_of_the_page(visitor, case, session):
    nasty = "<script>alert(1)</script>\"'><b>"
    open_section(visitor, case, "consequences")
    visitor.send("Save and continue", deaths="1", deaths__evidence=nasty, deaths__note=nasty)

    for path in ("/check", "/facts/consequences", "/history"):
        visitor.get(f"/cases/{case.number}{path}")
        assert not visitor.page.select("main script, main b")
        assert nasty in visitor.response.text.replace("&lt;", "<").replace("&gt;", ">").replace(
            "&#34;", '"'
        ).replace("&#39;", "'")


def test_the_reason_for_a_change_is_asked_where_something_stands_and_kept_in_the_history(
    visitor, case, session
):
    open_section(visitor, case, "consequences")
    assert not visitor.page.select("#reason")
    visitor.send("Save and continue", deaths="1")
    open_section(visitor, case, "consequences")

    visitor.send("Save and continue", deaths="2", reason="据医院证明更正")

    change = session.scalar(select(FactChange).order_by(FactChange.id.desc()))
    assert (change.fact_id, change.old_value, change.new_value, change.reason) == (
        "deaths",
        1,
        2,
        "据医院证明更正",
    )
    session.commit()
    visitor.get(f"/cases/{case.number}/history")
    assert "Reason: 据医院证明更正" in visitor.text()


def test_a_reason_too_long_is_named_and_everything_typed_stays(visitor, case, session):
    open_section(visitor, case, "consequences")
    visitor.send("Save and continue", deaths="1")
    open_section(visitor, case, "consequences")

    visitor.send("Save and continue", deaths="2", reason="长" * 5000)

    assert visitor.status == 422
    assert visitor.errors[0].startswith("Why earlier answers are changed: At most")
    assert (visitor.value("deaths"), visitor.value("reason")) == ("2", "长" * 5000)
    assert stored(session, case)["deaths"].value == 1


def test_a_stored_value_that_its_fact_no_longer_takes_is_shown_to_be_put_right(visitor, case, session):
    save(session, case, deaths=4)
    session.execute(update(CaseFact).where(CaseFact.fact_id == "deaths").values(value="four"))
    session.commit()

    open_section(visitor, case, section_of("deaths"))

    assert visitor.status == 200
    assert visitor.page.select_one("[name=deaths]") is not None
