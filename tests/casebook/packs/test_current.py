"""The rules of a site on a day: shipped packs, and its own approved versions from their first to their last day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casebook import events, rulebook
from casebook.casefile.export import build
from casebook.casefile.verify import verify
from casebook.db import utc_now
from casebook.models import CaseFact, PackLife, RuleText
from casebook.packs import current
from casebook.packs.current import PacksDoNotFit, digest_of, library_on, turning_days
from casebook.precedents.ageing import rules_digest
from casebook.recommend import recommend
from casebook.worklist import worklist
from rules.library import library
from tests.factories import make_case, make_user, save
from tests.packs import FIRES, NAME, PLACE, county_pack, make_law, without_guards

FIRST = date(2026, 12, 1)
BEFORE, AFTER = FIRST - timedelta(days=1), FIRST + timedelta(days=30)


def in_force(session, text, from_on, to_on=None, **fields):
    return make_law(session, make_user(session, "reviewer"), text, from_on, to_on, **fields)


def test_without_packs_of_its_own_a_site_has_the_shipped_rules(session):
    in_force(session, county_pack(), None, life=PackLife.PROPOSED)

    assert library_on(session, AFTER) is library()


def test_a_version_counts_from_its_first_day_to_its_last(session):
    in_force(session, county_pack(), FIRST, AFTER)

    assert NAME not in library_on(session, BEFORE).packs
    assert NAME in library_on(session, FIRST).packs
    assert NAME in library_on(session, AFTER).packs
    assert library_on(session, AFTER + timedelta(days=1)) is library()


def test_the_rules_of_a_set_of_texts_are_read_once(session, monkeypatch):
    in_force(session, county_pack(), FIRST)
    found = library_on(session, FIRST)
    monkeypatch.setattr(current, "with_packs", lambda *_: pytest.fail("read again"))

    assert library_on(session, AFTER) is found


def test_a_later_version_takes_the_place_of_the_one_before_and_none_comes_back(session):
    in_force(session, county_pack(), FIRST)
    second = county_pack(explain="先行先试的失误，予以容错。")
    in_force(session, second, AFTER, AFTER + timedelta(days=9), number=2)

    assert library_on(session, AFTER - timedelta(days=1)).packs[NAME].digest != digest_of(second)
    assert library_on(session, AFTER).packs[NAME].digest == digest_of(second)
    assert NAME not in library_on(session, AFTER + timedelta(days=10)).packs


def test_a_version_ended_before_its_first_day_never_was_in_force(session):
    first = in_force(session, county_pack(), FIRST)
    in_force(session, county_pack(explain="别的。"), AFTER, AFTER - timedelta(days=1), number=2)

    assert library_on(session, AFTER).packs[NAME].digest == first.digest


def test_a_version_takes_the_place_of_the_shipped_pack_of_its_name(session):
    text = library().texts["regions/wuwei.yaml"].replace("武威市容错免责措施", "武威市容错免责措施（本站）")
    in_force(session, text, FIRST, AFTER, name="wuwei")

    found = library_on(session, FIRST)

    assert found.packs["wuwei"].title.zh == "武威市容错免责措施（本站）"
    assert list(found.texts) == list(library().texts)
    assert library_on(session, AFTER + timedelta(days=1)).packs["wuwei"] is library().packs["wuwei"]


def test_the_days_on_which_other_rules_come_to_be_in_force_are_known(session):
    in_force(session, county_pack(), FIRST, AFTER)
    versions = current.approved(session)

    assert turning_days(versions, BEFORE) == [BEFORE, FIRST, AFTER + timedelta(days=1)]
    assert turning_days(versions, AFTER) == [AFTER, AFTER + timedelta(days=1)]


def test_a_row_put_into_the_store_is_no_law_though_its_text_has_been_read_before(session):
    row = in_force(session, county_pack(), FIRST, life=PackLife.PROPOSED)
    current.library_with(session, [], NAME, row.text)  # as for its check: that text lies read in memory
    row.life = PackLife.APPROVED
    session.flush()

    with pytest.raises(PacksDoNotFit, match="no signature for these days") as refused:
        library_on(session, FIRST)

    assert "没有批准记录" in refused.value.message("zh")
    assert library_on(session, BEFORE) is library()
    assert rulebook.packs_that_had(session, f"{NAME}.pilot@{FIRST}", AFTER) is None


@pytest.mark.parametrize("behind", ["from_on", "number", "to_on"])
def test_neither_other_days_nor_an_end_come_about_by_writing_into_the_store(session, behind):
    row = in_force(session, county_pack(), FIRST)
    assert NAME in library_on(session, AFTER).packs
    without_guards(session)
    if behind == "number":  # the signature of one version is none of another with the same text
        in_force(session, county_pack(), FIRST, life=PackLife.PROPOSED, number=2).life = PackLife.APPROVED
    else:
        setattr(row, behind, FIRST - timedelta(days=9) if behind == "from_on" else FIRST + timedelta(days=9))
    session.flush()

    with pytest.raises(PacksDoNotFit):
        library_on(session, AFTER)


def test_the_end_of_a_version_is_not_undone_by_writing_into_the_store(session):
    row = in_force(session, county_pack(), FIRST, AFTER)
    without_guards(session)
    row.to_on = None
    session.flush()

    assert library_on(session, AFTER + timedelta(days=1)) is library()
    with pytest.raises(PacksDoNotFit):
        library_on(session, AFTER)


@pytest.mark.parametrize(
    ("field", "value"),
    [("from_on", None), ("life", PackLife.WITHDRAWN), ("name", "aba"), ("number", 9)],
)
def test_a_version_is_not_taken_out_of_the_law_by_writing_into_the_store(session, field, value):
    row = in_force(session, county_pack(), FIRST)
    without_guards(session)
    setattr(row, field, value)
    session.flush()

    with pytest.raises(PacksDoNotFit, match="no signature for these days"):
        library_on(session, FIRST)

    in_force(session, county_pack(), AFTER, number=2)
    assert library_on(session, AFTER).packs[NAME].rules


def test_a_version_whose_approval_was_logged_without_its_name_is_law(session):
    row = in_force(session, county_pack(), FIRST, life=PackLife.PROPOSED)
    row.life = PackLife.APPROVED
    events.record(session, "pack.approved", None, rows=[row], pack=row.id, digest=row.digest, from_on=str(FIRST))

    assert NAME in library_on(session, FIRST).packs


def test_packs_that_do_not_fit_are_told_in_both_languages_and_only_words_go_on(session):
    in_force(session, county_pack().replace("purpose, is", "no_such_fact, is"), FIRST)

    with pytest.raises(PacksDoNotFit) as refused:
        library_on(session, FIRST)

    assert "no_such_fact" in refused.value.message("zh")
    assert "cannot be read beside" in refused.value.message("en")
    assert current.library_without_fault(session, FIRST) is library()


@pytest.fixture
def pilot(session):
    """A case whose conduct the clause of the place covers from its first day on."""
    case = make_case(session, conduct="2026-12-10", region=PLACE)
    save(session, case, **FIRES)
    return case


def test_a_recommendation_reads_the_packs_in_force_on_its_day_and_keeps_their_texts(session, pilot, home):
    row = in_force(session, county_pack(), FIRST)

    before = recommend(session, pilot, pilot.officer, BEFORE).content
    made = recommend(session, pilot, pilot.officer, AFTER)

    assert NAME not in before["packs"]
    assert made.content["packs"][NAME]["digest"] == row.digest
    assert made.content["rules"][f"{NAME}.pilot"]["provisional"] == "fired"
    assert session.get(RuleText, row.digest).text == row.text


def test_the_case_file_makes_the_recommendation_again_from_the_text_it_carries(
    session, pilot, home, tmp_path
):
    in_force(session, county_pack(), FIRST)
    recommend(session, pilot, pilot.officer, AFTER)
    session.commit()

    target = tmp_path / "case.casebook"
    with target.open("wb") as out:
        build(session, home, pilot, None, utc_now()).write(out)
    said = [line.message("en") for line in verify(target)]

    assert "Recommendation 1, made again from the rules in here: the same bytes" in said


def test_the_list_of_records_to_obtain_reads_the_same_rules(session, pilot):
    in_force(session, county_pack(), FIRST)
    kept = session.scalars(select(CaseFact).where(CaseFact.case_id == pilot.id))
    rows = {row.fact_id: row for row in kept}

    asked = {
        one.fact.id for one in worklist(rows, pilot.conduct, PLACE, AFTER, library_on(session, AFTER)).items
    }
    without = {one.fact.id for one in worklist(rows, pilot.conduct, PLACE, AFTER, library()).items}

    assert asked != without


def test_precedents_are_to_be_decided_again_once_other_rules_are_in_force(session):
    in_force(session, county_pack(), FIRST)

    assert rules_digest(library_on(session, BEFORE)) == rules_digest()
    assert rules_digest(library_on(session, FIRST)) != rules_digest()
