"""The life of a version: written, checked, proved, rehearsed, proposed, approved by a second person, ended, brought back."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from casebook import audit, events
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, NotReady, PackNotFound, StalePack
from casebook.models import Event, PackCheck, PackLife, PackVersion, RuleText
from casebook.packs import approval, current, drafts, everything, evidence, looking, told
from casebook.packs.current import PacksDoNotFit, digest_of, library_on
from casebook.packs.drafts import BadPack
from casebook.packs.rehearse import Rehearsal
from casebook.packs.replay import Replayed
from rules.library import library
from rules.pack import PackError
from rules.proofs import PROPERTIES
from rules.yaml_source import Place
from tests.factories import CHEAP, PASSWORD, make_case, make_organisation, make_user, save
from tests.packs import FIRES, LOSS, NAME, PILOT, PLACE, county_pack, sign_law, without_guards

TODAY = date(2026, 11, 22)
FIRST = date(2026, 12, 1)


@pytest.fixture
def people(session):
    """Reviewers and the chief of an organ, two chiefs of the one above, and people of others."""
    above = make_organisation(session)
    ours = make_organisation(session, parent=above)
    found = SimpleNamespace(
        reviewer=make_user(session, "reviewer", organisation=ours),
        colleague=make_user(session, "reviewer", organisation=ours),
        middle=make_user(session, "chief", organisation=ours),
        chief=make_user(session, "chief", organisation=above),
        superior=make_user(session, "chief", organisation=above),
        stranger=make_user(session, "chief"),
        elsewhere=make_user(session, "reviewer"),
        officer=make_user(session, "officer", organisation=ours),
        auditor=make_user(session, "auditor"),
    )
    session.commit()
    return found


@pytest.fixture
def proofs(monkeypatch):
    """Proofs that take no time; what is looked at is real. A name in the list fails."""
    failing: list[str] = []

    def prove(packs, name, at=None, *, tell, go_on):
        return SimpleNamespace(
            proved=name not in failing, as_json=lambda: {"pack": name, "packs": {}, "properties": []}
        )

    monkeypatch.setattr(looking, "prove_apart", prove)
    return failing


def written(session, by, text=None, from_on=FIRST, reason="州政府新出台办法"):
    return drafts.draft(session, by, text=text or county_pack(), reason=reason, from_on=from_on, today=TODAY)


def checked(session, pack):
    looked = looking.bench(session, pack, TODAY)
    return evidence.keep(session, pack, pack.by, looked.digest, looked.check())


def looked_at(session, pack):
    """Check, proof and rehearsal of the text as it is."""
    looked = looking.bench(session, pack, TODAY)
    evidence.keep(session, pack, pack.by, looked.digest, looked.check())
    evidence.keep(session, pack, pack.by, looked.digest, looked.prove(utc_now()))
    session.commit()
    found = looking.run_rehearsal(session, looked, pack.organisation, lambda *_: None)
    evidence.keep_rehearsal(session, pack, pack.by, looked, found)
    session.commit()
    return pack


def proposed(session, by, **fields):
    pack = looked_at(session, written(session, by, **fields))
    return approval.propose(session, pack, by, seen=pack.version, today=TODAY)


def sign(session, pack, by, **changes):
    fields = {"digest": pack.digest, "password": PASSWORD, "today": TODAY, "hasher": CHEAP} | changes
    return approval.approve(session, pack, by, **fields)


def faults_of(row):
    return [(one["line"], one["found"]) for one in row.report]


def test_a_version_goes_from_draft_to_law_by_two_people(session, people, proofs):
    pack = written(session, people.reviewer)
    assert (pack.life, pack.number, pack.name) == (PackLife.DRAFT, 1, NAME)
    assert NAME not in library_on(session, FIRST).packs

    (row,) = checked(session, pack)
    assert (row.passed, row.report, pack.life) == (True, [], PackLife.CHECKED)
    looked_at(session, pack)
    assert pack.life == PackLife.PROVED
    approval.propose(session, pack, people.reviewer, seen=pack.version, today=TODAY)
    sign(session, pack, people.chief, words="同意")

    assert (pack.life, pack.from_on, pack.answered_by) == (PackLife.APPROVED, FIRST, people.chief)
    assert NAME in library_on(session, FIRST).packs
    assert library_on(session, FIRST - timedelta(days=1)) is library()
    assert session.get(RuleText, pack.digest).text == pack.text
    kinds = list(session.scalars(select(Event.kind).where(Event.kind.startswith("pack")).order_by(Event.seq)))
    assert kinds == [
        "pack.drafted", "pack.checked", "pack.checked", "pack.proved", "pack.rehearsed", "pack.proposed",
        "pack.approved",
    ]  # fmt: skip
    assert audit.verify(session).ok


def test_events_of_a_pack_carry_digests_and_no_words(session, people, proofs):
    written(session, people.reviewer, reason="绝不入日志")
    session.commit()

    detail = session.scalar(select(Event.detail).where(Event.kind == "pack.drafted"))

    assert set(detail) == {"pack", "digest", "rows"}


@pytest.mark.parametrize("role", ["officer", "chief", "auditor"])
def test_only_a_reviewer_drafts(session, people, role):
    with pytest.raises(NotAllowed):
        written(session, getattr(people, role))


def test_only_the_author_changes_proposes_or_withdraws_a_draft(session, people, proofs):
    pack = looked_at(session, written(session, people.reviewer))
    for by in (people.colleague, people.chief, people.elsewhere):
        with pytest.raises(NotAllowed):
            approval.propose(session, pack, by, seen=pack.version, today=TODAY)
        with pytest.raises(NotAllowed):
            drafts.withdraw(session, pack, by)
        with pytest.raises(NotAllowed):
            drafts.revise(
                session, pack, by, text="x", reason="x", from_on=FIRST, seen=pack.version, today=TODAY
            )


@pytest.mark.parametrize("who", ["reviewer", "colleague", "stranger", "officer", "auditor"])
def test_whoever_is_not_a_second_person_of_the_organ_neither_approves_nor_refuses(
    session, people, proofs, who
):
    pack = proposed(session, people.reviewer)
    by = getattr(people, who)

    with pytest.raises(NotAllowed):
        sign(session, pack, by)
    with pytest.raises(NotAllowed):
        approval.refuse(session, pack, by, digest=pack.digest, why="不同意")


def test_an_author_who_became_chief_does_not_approve_what_they_wrote(session, people, proofs):
    pack = proposed(session, people.reviewer)
    people.reviewer.role = people.chief.role
    session.flush()

    with pytest.raises(NotAllowed):
        sign(session, pack, people.reviewer)


def test_the_law_of_a_place_is_signed_and_ended_at_the_top_since_it_binds_every_organ(
    session, people, proofs
):
    pack = proposed(session, people.reviewer)

    with pytest.raises(NotReady, match="none above it decides"):
        sign(session, pack, people.middle)
    assert pack.life == PackLife.PROPOSED
    assert sign(session, pack, people.superior).life == PackLife.APPROVED
    with pytest.raises(NotReady, match="none above it decides"):
        ended(session, pack, people.middle)


@pytest.mark.parametrize("stated", [False, True])
def test_nobody_makes_law_for_a_place_of_which_another_tree_of_organs_has_cases(
    session, people, proofs, stated
):
    pack = proposed(session, people.reviewer)
    elsewhere = make_user(session)
    if stated:
        save(session, make_case(session, elsewhere), conduct_region=PLACE)
    else:
        make_case(session, elsewhere, region=PLACE)
    make_case(session, elsewhere, region="350100")
    session.commit()

    with pytest.raises(NotReady, match="Organs that are not below yours"):
        sign(session, pack, people.chief)
    assert pack.life == PackLife.PROPOSED


def test_cases_of_other_places_in_another_tree_hinder_nobody(session, people, proofs):
    make_case(session, make_user(session), region="350100")
    make_case(session, people.officer, region=PLACE)
    session.commit()
    pack = proposed(session, people.reviewer)

    assert sign(session, pack, people.chief).life == PackLife.APPROVED


def test_the_rehearsal_is_of_every_organ_that_the_law_would_bind(session, people, proofs):
    beside = make_organisation(session, parent=people.chief.organisation)
    case = make_case(session, make_user(session, organisation=beside), conduct="2026-12-05", region=PLACE)
    save(session, case, **FIRES)
    session.commit()

    (row,) = looked_at(session, written(session, people.reviewer)).rehearsals

    assert (row.cases, row.organisation) == (1, people.chief.organisation)


def test_cases_that_could_not_be_assessed_are_kept_and_ask_the_chief_for_a_word(
    session, people, proofs, monkeypatch
):
    case = make_case(session, people.officer, conduct="2026-12-05", region=PLACE)
    monkeypatch.setattr(looking, "rehearse", lambda *_: Rehearsal(Replayed(unread=[case.id]), events.last(session)))
    pack = proposed(session, people.reviewer)

    assert pack.rehearsals[0].unread == [case.id]
    found = told.told(session, pack.rehearsals[0], people.chief)
    assert (found.unread, found.unread_cases) == (1, (case,))
    assert told.told(session, pack.rehearsals[0], people.middle).unread == 1
    with pytest.raises(BadFields) as refused:
        sign(session, pack, people.chief)
    assert set(refused.value.errors) == {"words"}
    assert sign(session, pack, people.chief, words="逐件核查").life == PackLife.APPROVED


def broken(session, pack):
    """An update after which the text of the version can no longer be read."""
    without_guards(session)
    pack.text = pack.text.replace("purpose, is", "no_such_fact, is")
    pack.digest = digest_of(pack.text)
    sign_law(session, pack)
    session.commit()
    with pytest.raises(PacksDoNotFit, match="no_such_fact"):
        library_on(session, FIRST)


def test_a_version_that_no_longer_fits_is_mended_by_the_next(session, people, proofs):
    broken(session, sign(session, proposed(session, people.reviewer), people.chief))

    assert everything.proof_of_all(session, FIRST) == (None, False)
    assert isinstance(everything.unfit(session, FIRST), PacksDoNotFit)
    mended = proposed(session, people.reviewer, text=county_pack(explain="改正后的条款。"))
    sign(session, mended, people.chief)

    assert library_on(session, FIRST).packs[NAME].digest == mended.digest
    assert everything.unfit(session, FIRST) is None


def test_of_two_versions_that_no_longer_fit_each_can_be_ended(session, people, proofs):
    one = sign(session, proposed(session, people.reviewer), people.chief)
    other = sign(
        session,
        proposed(session, people.colleague, text=county_pack("aba", region="5132")),
        people.chief,
    )
    broken(session, one)
    broken(session, other)

    ended(session, one, people.chief, last_on=None)
    ended(session, other, people.chief, last_on=None)

    assert library_on(session, FIRST) is library()


def test_a_version_that_one_approved_for_later_reads_is_not_ended_before_it(
    session, people, proofs, monkeypatch
):
    pack = sign(session, proposed(session, people.reviewer, from_on=TODAY), people.chief)
    later = FIRST + timedelta(days=60)
    sign(
        session,
        proposed(session, people.colleague, text=county_pack("aba", region="5132"), from_on=later),
        people.chief,
    )
    whole = approval.library_of

    def needing(session, own):
        if {one.name for one in own} == {"aba"}:
            raise PackError(Place("aba.yaml", 1, 1), "ganzi.pilot", "a finding", "没有认定；请补写")
        return whole(session, own)

    monkeypatch.setattr(approval, "library_of", needing)

    with pytest.raises(NotReady, match=f"cannot be read from {later} on"):
        ended(session, pack, people.chief)


def test_what_was_proposed_for_a_day_gone_by_is_withdrawn_and_begun_again(session, people, proofs):
    pack = proposed(session, people.reviewer)

    (said,) = (
        one for one in evidence.missing(session, pack, FIRST + timedelta(days=1)) if "施行日期" in one.zh
    )

    assert "撤回" in said.zh
    drafts.withdraw(session, pack, people.reviewer)
    again = written(session, people.reviewer, from_on=FIRST + timedelta(days=2))
    assert "施行日期" not in str(evidence.missing(session, again, TODAY))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pack_versions SET text = 'x', digest = 'y'",
        "UPDATE pack_versions SET from_on = '2026-01-01'",
        "UPDATE pack_versions SET life = 'draft'",
        "UPDATE pack_versions SET answered_by_id = by_id",
        "UPDATE pack_versions SET reason = 'another'",
        "DELETE FROM pack_versions",
    ],
)
def test_what_is_law_is_edited_by_nothing_that_writes_to_the_store(session, people, proofs, statement):
    pack = sign(session, proposed(session, people.reviewer), people.chief)
    session.commit()

    with pytest.raises(IntegrityError):
        session.execute(text(statement))

    session.rollback()
    assert (pack.life, pack.from_on) == (PackLife.APPROVED, FIRST)


def test_a_last_day_is_set_once(session, people, proofs):
    pack = sign(session, proposed(session, people.reviewer), people.chief)
    ended(session, pack, people.chief, last_on=None)
    session.commit()

    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE pack_versions SET to_on = NULL"))


def test_what_is_law_is_not_inserted_over_nor_made_of_a_draft(session, people, proofs):
    sign(session, proposed(session, people.reviewer), people.chief)
    draft = written(session, people.colleague, text=county_pack("aba", region="5132"))
    session.commit()

    with pytest.raises(IntegrityError):
        session.execute(
            text("UPDATE pack_versions SET life = 'approved', from_on = '2020-01-01' WHERE name = 'aba'")
        )
    session.rollback()
    if session.get_bind().dialect.name == "sqlite":
        names = ", ".join(column.name for column in PackVersion.__table__.columns)
        with pytest.raises(IntegrityError):
            session.execute(
                text(f"INSERT OR REPLACE INTO pack_versions ({names}) SELECT {names} FROM pack_versions")  # noqa: S608
            )
        session.rollback()
    assert draft.life == PackLife.DRAFT


def test_a_draft_is_still_edited_and_guarded_by_nobody(session, people):
    pack = written(session, people.reviewer)

    session.execute(text("UPDATE pack_versions SET reason = 'x', text = 'y', digest = 'z'"))

    session.refresh(pack)
    assert pack.text == "y"


def test_nothing_is_decided_by_a_text_that_is_not_the_one_signed(session, people, proofs):
    pack = sign(session, proposed(session, people.reviewer), people.chief)
    without_guards(session)
    signed = pack.text
    current._libraries.clear()  # as at the next start of the site
    pack.text = signed.replace("甘孜", "阿坝")
    session.commit()

    with pytest.raises(PacksDoNotFit) as refused:
        library_on(session, FIRST)
    assert "不是批准时的文本" in refused.value.message("zh")
    assert pack.digest in refused.value.message("en")

    ended(session, pack, people.chief, last_on=None)
    assert library_on(session, FIRST) is library()


def test_a_wrong_password_signs_nothing(session, people, proofs):
    pack = proposed(session, people.reviewer)

    with pytest.raises(BadFields) as refused:
        sign(session, pack, people.chief, password="not this one")

    assert set(refused.value.errors) == {"password"}
    assert pack.life == PackLife.PROPOSED


def test_another_text_is_unchecked_again_and_is_not_proposed(session, people, proofs):
    pack = looked_at(session, written(session, people.reviewer))

    drafts.revise(
        session, pack, people.reviewer, text=county_pack(explain="先行先试的，予以容错。"), reason="改字",
        from_on=FIRST, seen=pack.version, today=TODAY,
    )  # fmt: skip

    assert pack.life == PackLife.DRAFT
    with pytest.raises(NotReady) as refused:
        approval.propose(session, pack, people.reviewer, seen=pack.version, today=TODAY)
    assert [one.zh for one in refused.value.missing] == [
        f"现有文本尚未{name}。请进行{name}。" for name in ("检查", "证明", "演练")
    ]


def test_line_ends_and_a_byte_order_mark_make_no_other_text(session, people, proofs):
    pack = looked_at(session, written(session, people.reviewer))
    same = "\ufeff" + pack.text.replace("\n", "\r\n") + "\r\n\r\n"

    drafts.revise(
        session,
        pack,
        people.reviewer,
        text=same,
        reason="同上",
        from_on=FIRST,
        seen=pack.version,
        today=TODAY,
    )

    assert pack.life == PackLife.PROVED


def test_of_two_windows_the_second_saves_nothing(session, people):
    pack = written(session, people.reviewer)
    seen = pack.version
    fields = {"reason": "改", "from_on": FIRST, "seen": seen, "today": TODAY}
    with pytest.raises(BadPack, match=f"in a draft of '{NAME}'"):
        drafts.revise(session, pack, people.reviewer, text=county_pack("aba", region="5132"), **fields)
    drafts.revise(session, pack, people.reviewer, text=county_pack(explain="甲"), **fields)

    with pytest.raises(StalePack):
        drafts.revise(session, pack, people.reviewer, text=county_pack(explain="乙"), **fields)
    assert "甲" in pack.text


def test_a_text_changed_in_the_store_between_proof_and_approval_is_refused(session, people, proofs):
    pack = proposed(session, people.reviewer)
    shown = pack.digest
    pack.text = county_pack(more="")
    pack.digest = digest_of(pack.text)
    session.flush()

    with pytest.raises(StalePack):
        sign(session, pack, people.chief, digest=shown)
    with pytest.raises(NotReady):
        sign(session, pack, people.chief)


def test_a_text_changed_alone_behind_its_digest_is_not_signed(session, people, proofs):
    pack = proposed(session, people.reviewer)
    pack.text = county_pack(more="")
    session.flush()

    with pytest.raises(StalePack):
        sign(session, pack, people.chief, digest=pack.digest)
    assert pack.life == PackLife.PROPOSED


def test_results_for_a_text_that_was_changed_meanwhile_do_not_move_it_on(session, people, proofs):
    pack = written(session, people.reviewer)
    looked = looking.bench(session, pack, TODAY)
    found = looked.check()
    drafts.revise(
        session, pack, people.reviewer, text=county_pack(explain="改了"), reason="改", from_on=FIRST,
        seen=pack.version, today=TODAY,
    )  # fmt: skip

    evidence.keep(session, pack, people.reviewer, looked.digest, found)

    assert pack.life == PackLife.DRAFT
    assert evidence.latest(pack, looking.CHECK) == []


def test_a_proof_that_fails_keeps_a_version_from_being_proposed(session, people, proofs):
    proofs.append(NAME)
    pack = looked_at(session, written(session, people.reviewer))

    assert pack.life == PackLife.CHECKED
    with pytest.raises(NotReady, match="The proof failed"):
        approval.propose(session, pack, people.reviewer, seen=pack.version, today=TODAY)


def test_of_two_versions_of_one_name_only_the_first_is_approved(session, people, proofs):
    first = proposed(session, people.reviewer)
    second = proposed(session, people.colleague, text=county_pack(explain="另一稿。"))
    sign(session, first, people.chief)

    with pytest.raises(NotReady) as refused:
        sign(session, second, people.chief)

    assert "与之并存的规则包有变动" in refused.value.message("zh")
    assert library_on(session, FIRST).packs[NAME].digest == first.digest


def test_a_pack_approved_meanwhile_asks_for_another_proof_beside_it(session, people, proofs):
    waiting = proposed(session, people.reviewer)
    other = proposed(session, people.colleague, text=county_pack("aba", region="5132"))
    sign(session, other, people.chief)

    with pytest.raises(NotReady, match="packs beside it have changed"):
        sign(session, waiting, people.chief)


def test_a_pack_that_begins_later_is_stood_beside_as_well(session, people, proofs):
    later = FIRST + timedelta(days=60)
    sign(
        session,
        proposed(session, people.colleague, text=county_pack("aba", region="5132"), from_on=later),
        people.chief,
    )
    pack = looked_at(session, written(session, people.reviewer))

    assert [len(one.own) for one in looking.settings(session, pack, TODAY)] == [0, 1]
    assert len(evidence.latest(pack, looking.PROOF)) == 2
    assert evidence.missing(session, pack, TODAY) == []


def test_a_version_begins_neither_in_the_past_nor_before_the_one_it_follows(session, people, proofs):
    with pytest.raises(BadFields) as refused:
        written(session, people.reviewer, from_on=TODAY - timedelta(days=1))
    assert set(refused.value.errors) == {"from_on"}

    sign(session, proposed(session, people.reviewer), people.chief)
    early = looked_at(session, written(session, people.reviewer, from_on=FIRST - timedelta(days=2)))
    assert "不能早于它" in evidence.missing(session, early, TODAY)[0].zh

    late = proposed(session, people.colleague, text=county_pack("aba", region="5132"))
    with pytest.raises(NotReady, match="first day has passed"):
        sign(session, late, people.chief, today=FIRST + timedelta(days=1))


def test_nothing_of_a_rule_in_force_is_changed_but_its_end_can_be_written(session, people, proofs):
    sign(session, proposed(session, people.reviewer), people.chief)
    later = FIRST + timedelta(days=30)

    def found(text):
        pack = written(session, people.reviewer, text=text, from_on=later)
        (row,) = checked(session, pack)
        return [one["found"] for one in row.report]

    assert found(county_pack(more="")) == [
        f"{NAME}.pilot@2026-12-01 changed, although it is in force before {later}"
    ]
    gone = county_pack(since="2027-01-01", source="2027-01-01")
    assert found(gone) == [f"no {NAME}.pilot@2026-12-01, which is in force before {later}"]
    assert found(county_pack(region="5134"))[0].startswith("region 5134 where the version before has 5133")
    assert found(county_pack(last="2027-06-30")) == []
    assert found(county_pack(last="2026-12-30")) == []
    assert found(county_pack(last="2026-12-02")) == [
        f"{NAME}.pilot@2026-12-01 ended on 2026-12-02, before this version begins ({later})"
    ]


def test_what_recommendations_cite_says_the_same_also_after_its_pack_was_ended(session, people, proofs):
    first = sign(session, proposed(session, people.reviewer), people.chief)
    ended(session, first, people.chief, last_on=FIRST + timedelta(days=30), today=FIRST)
    later = FIRST + timedelta(days=60)

    def found(text):
        (row,) = checked(session, written(session, people.reviewer, text=text, from_on=later))
        return [one["found"] for one in row.report]

    said = [f"{NAME}.pilot@2026-12-01 says something else than when it was law (until 2026-12-31)"]
    assert found(county_pack(more="")) == said
    assert found(county_pack(region="5134")) == said
    assert found(county_pack()) == []
    assert found(county_pack(more="", since="2027-01-30")) == []


def test_a_rule_beginning_between_two_first_days_is_not_yet_law_to_the_earlier(session, people, proofs):
    soon = "2027-06-01"
    sign(session, proposed(session, people.reviewer, text=county_pack(since=soon)), people.chief)
    other = county_pack("aba", region="5132")
    sign(session, proposed(session, people.reviewer, text=other, from_on=date(2027, 7, 1)), people.chief)

    pack = written(session, people.reviewer, text=county_pack(since=soon, more=""), from_on=date(2027, 3, 1))
    rows = checked(session, pack)

    assert [row.report for row in rows] == [[], []]


def test_a_text_that_passed_for_one_first_day_has_not_passed_for_another(session, people, proofs):
    pack = looked_at(session, written(session, people.reviewer))
    assert evidence.missing(session, pack, TODAY) == []

    drafts.revise(
        session, pack, people.reviewer, text=pack.text, reason=pack.reason, from_on=FIRST + timedelta(days=9),
        seen=pack.version, today=TODAY,
    )  # fmt: skip

    assert len(evidence.missing(session, pack, TODAY)) == len(looking.KINDS)
    assert evidence.missing(session, looked_at(session, pack), TODAY) == []


def test_a_proof_by_an_earlier_prover_counts_no_more(session, people, proofs, monkeypatch):
    pack = looked_at(session, written(session, people.reviewer))
    before = everything.prove_all(session, TODAY)[0]

    for module in (looking, everything):
        monkeypatch.setattr(module, "prover", lambda: "0" * 64)

    assert len(evidence.missing(session, pack, TODAY)) == len(looking.KINDS)
    assert everything.prove_all(session, TODAY)[0] != before


def test_no_rule_begins_before_its_source(session, people):
    pack = written(session, people.reviewer, text=county_pack(since="2026-11-30"))

    (row,) = checked(session, pack)

    assert faults_of(row) == [(19, f"{NAME}.pilot from 2026-11-30, before its source (2026-12-01)")]
    assert pack.life == PackLife.DRAFT


def test_an_undated_source_is_no_way_around_it(session, people):
    (row,) = checked(session, written(session, people.reviewer, text=county_pack(source="null")))

    assert "without a first day" in row.report[0]["found"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (county_pack().replace('region: ["5133"]\n', ""), "region"),
        (county_pack(then="red_line: N-01"), "red_line"),
        (county_pack(then="finding: gain.private"), "gain.private"),
        (county_pack(force="as_prescribed\n    overrides: [redlines.private_gain]"), "redlines"),
        (county_pack().replace("pilot, is: true", "pilot, is: 3"), "3"),
        (county_pack(examples=""), "no example that fires"),
        (county_pack().replace("fires: [", "silent: ["), "should stay silent, but is true"),
    ],
)
def test_a_pack_that_reaches_for_national_law_or_breaks_its_examples_is_told_where(
    session, people, text, said
):
    pack = written(session, people.reviewer, text=text)

    (row,) = checked(session, pack)

    assert not row.passed
    assert any(said in one["found"] for one in row.report), row.report
    assert all(one["line"] and one["zh"] and one["expected"] for one in row.report)


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        (library().texts["redlines.yaml"].replace("red_line", "finding", 1), "全国性规则包，本站不得修改"),
        ("pack: Ganzi 甘孜", "没有写明规则包名称"),
        ("pack: [ganzi", "YAML"),
        ("pack: a" + "\n# 注" * 70_000, "最多 200000 个字"),
        ("a: &a [1]\npack: *a\n", "&"),
        ("pack: ganzi\nx: " + "[" * 200 + "]" * 200, "嵌套"),
        ("\0", "控制字符"),
        (" \r\n", "此项必填"),
    ],
)
def test_what_has_no_name_or_no_end_is_not_kept_at_all(session, people, text, zh):
    with pytest.raises(BadFields) as refused:
        written(session, people.reviewer, text=text)

    assert zh in refused.value.errors["text"].zh or isinstance(refused.value, BadPack)
    assert session.scalars(select(PackCheck)).all() == []


def test_a_bomb_of_aliases_ends_at_once(session, people):
    bomb = "pack: ganzi\na: &a [x, x]\n" + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )

    with pytest.raises(BadPack, match="anchor"):
        written(session, people.reviewer, text=bomb)


def test_the_name_of_anothers_pack_is_taken(session, people, proofs):
    sign(session, proposed(session, people.reviewer), people.chief)

    with pytest.raises(BadPack, match="a name of its own") as taken:
        written(session, people.elsewhere, text=county_pack(last="2027-12-31"))
    assert taken.value.fault.place.line == 2, "the line on which the name is changed"


def test_a_draft_begun_before_another_organ_took_the_name_does_not_take_its_place(session, people, proofs):
    theirs = written(
        session,
        people.elsewhere,
        text=county_pack(explain="另一机关的稿子。"),
        from_on=FIRST + timedelta(days=1),
    )
    waiting = proposed(
        session, people.elsewhere, text=county_pack(explain="第二稿。"), from_on=FIRST + timedelta(days=1)
    )
    their_chief = make_user(session, "chief", organisation=people.elsewhere.organisation)
    ours = sign(session, proposed(session, people.reviewer), people.chief)
    looked_at(session, theirs)
    looked_at(session, waiting)

    with pytest.raises(NotReady, match="let that organ revise it"):
        approval.propose(session, theirs, people.elsewhere, seen=theirs.version, today=TODAY)
    with pytest.raises(NotReady, match="let that organ revise it"):
        sign(session, waiting, their_chief)

    assert library_on(session, FIRST + timedelta(days=9)).packs[NAME].digest == ours.digest


def test_drafts_are_read_by_their_organ_those_above_and_the_auditor(session, people, proofs):
    pack = written(session, people.reviewer)
    for by in (people.colleague, people.chief, people.superior, people.auditor):
        assert drafts.load(session, by, pack.id) is pack
        assert drafts.listing(session, by) == [pack]
    for by in (people.stranger, people.elsewhere, people.officer):
        with pytest.raises(PackNotFound):
            drafts.load(session, by, pack.id)
    assert drafts.listing(session, people.stranger) == []

    sign(
        session,
        approval.propose(session, looked_at(session, pack), people.reviewer, seen=1, today=TODAY),
        people.chief,
    )
    assert drafts.load(session, people.stranger, pack.id) is pack


def test_a_refused_version_stays_refused(session, people, proofs):
    pack = proposed(session, people.reviewer)
    with pytest.raises(BadFields):
        approval.refuse(session, pack, people.chief, digest=pack.digest, why=" ")

    approval.refuse(session, pack, people.chief, digest=pack.digest, why="依据不足")

    assert pack.life == PackLife.REFUSED
    with pytest.raises(StalePack):
        sign(session, pack, people.chief)
    with pytest.raises(StalePack):
        drafts.withdraw(session, pack, people.reviewer)


def ended(session, pack, by, **changes):
    fields = {"last_on": FIRST, "reason": "已废止", "password": PASSWORD, "today": TODAY, "hasher": CHEAP}
    return approval.end(session, pack, by, **(fields | changes))


def test_a_chief_ends_a_version_from_a_day_to_come_once(session, people, proofs):
    pack = sign(session, proposed(session, people.reviewer, from_on=TODAY), people.chief)
    with pytest.raises(NotAllowed):
        ended(session, pack, people.reviewer)
    with pytest.raises(NotAllowed):
        ended(session, pack, people.stranger)
    with pytest.raises(BadFields):
        ended(session, pack, people.chief, last_on=TODAY - timedelta(days=1))

    ended(session, pack, people.chief)

    assert NAME in library_on(session, FIRST).packs
    assert NAME not in library_on(session, FIRST + timedelta(days=1)).packs
    with pytest.raises(StalePack):
        ended(session, pack, people.chief, last_on=FIRST + timedelta(days=9))


def test_a_version_that_has_not_begun_is_ended_before_it_does(session, people, proofs):
    pack = sign(session, proposed(session, people.reviewer), people.chief)

    ended(session, pack, people.chief, last_on=None)

    assert library_on(session, FIRST) is library()


def test_a_rollback_repeats_an_earlier_text_and_is_approved_by_two(session, people, proofs):
    first = sign(session, proposed(session, people.reviewer), people.chief)
    later = FIRST + timedelta(days=10)
    second = sign(
        session,
        proposed(session, people.reviewer, text=county_pack(last="2027-06-30"), from_on=later),
        people.chief,
    )
    with pytest.raises(NotReady, match="has been replaced"):
        drafts.roll_back(session, second, people.reviewer, reason="退回", from_on=later, today=TODAY)

    back = drafts.roll_back(session, first, people.colleague, reason="有误，退回", from_on=later, today=TODAY)
    drafts.revise(
        session, back, people.colleague, text="pack: other", reason="有误", from_on=later, seen=back.version,
        today=TODAY,
    )  # fmt: skip
    assert (back.text, back.number, back.back_to_id) == (first.text, 3, first.id)
    looked_at(session, back)
    sign(
        session,
        approval.propose(session, back, people.colleague, seen=back.version, today=TODAY),
        people.chief,
    )

    assert library_on(session, later).packs[NAME].digest == first.digest


def test_a_rehearsal_keeps_which_cases_move_and_counts_as_read(session, people, proofs):
    case = make_case(session, people.officer, conduct="2026-12-05", region=PLACE)
    save(session, case, **(FIRES | {"mental_state": "intentional", "decision_mode": "collective_full"}))
    make_case(session, make_user(session), conduct="2026-12-05", region=PLACE)
    session.commit()

    pack = looked_at(session, written(session, people.reviewer))
    (row,) = pack.rehearsals

    assert (row.cases, [one["case"] for one in row.changed]) == (1, [case.id])
    assert (row.changed[0]["before"], row.changed[0]["after"]) == ("correct", "refer")


def since_rehearsal(session, pack, by):
    return evidence.since_rehearsal(session, evidence.last_rehearsal(session, pack), by)


def test_a_rehearsal_is_run_again_once_more_cases_came_or_changed_than_it_speaks_of(
    session, people, proofs, monkeypatch
):
    read = [make_case(session, people.officer) for _ in range(2)]
    session.commit()
    pack = looked_at(session, written(session, people.reviewer))
    make_case(session, make_user(session))  # of another tree of organs, which it would not bind
    assert evidence.missing(session, pack, TODAY) == []

    save(session, read[0], **FIRES)
    save(session, read[0], deaths=1)
    with monkeypatch.context() as half:
        half.setattr(evidence, "ONE_IN", 2)  # one of two: still what it speaks of
        assert evidence.missing(session, pack, TODAY) == []
        make_case(
            session, make_user(session, organisation=make_organisation(session, parent=pack.organisation))
        )
        with pytest.raises(NotReady, match="no longer speaks of the cases"):
            approval.propose(session, pack, people.reviewer, seen=pack.version, today=TODAY)
    (said,) = evidence.missing(session, pack, TODAY)

    assert "演练之后新立的、改动过事实的案件" in said.zh
    assert since_rehearsal(session, pack, people.reviewer) == 2
    assert since_rehearsal(session, pack, people.stranger) == 0
    assert evidence.missing(session, looked_at(session, pack), TODAY) == []


def test_a_case_changed_while_a_rehearsal_reads_them_is_not_taken_for_one_it_read(session, people, proofs):
    case = make_case(session, people.officer)
    pack = written(session, people.reviewer)
    looked = looking.bench(session, pack, TODAY)
    found = looking.run_rehearsal(session, looked, pack.organisation, lambda *_: None)

    save(session, case, deaths=1)
    evidence.keep_rehearsal(session, pack, people.reviewer, looked, found)

    assert since_rehearsal(session, pack, people.reviewer) == 1


def test_a_text_that_comes_back_has_the_rehearsal_it_had_and_not_that_of_another(session, people, proofs):
    case = make_case(session, people.officer)
    first, other = county_pack(), county_pack(explain="别的。")
    same = {"reason": "改字", "from_on": FIRST, "today": TODAY}
    pack = looked_at(session, written(session, people.reviewer, text=first))
    save(session, case, deaths=1)
    drafts.revise(session, pack, people.reviewer, text=other, seen=pack.version, **same)
    assert evidence.last_rehearsal(session, pack).digest == digest_of(first)  # of an earlier text, as none is of this
    looked_at(session, pack)
    assert since_rehearsal(session, pack, people.reviewer) == 0

    drafts.revise(session, pack, people.reviewer, text=first, seen=pack.version, **same)

    assert evidence.last_rehearsal(session, pack).digest == digest_of(first)
    assert since_rehearsal(session, pack, people.reviewer) == 1


def test_a_proof_that_fails_keeps_its_case(session, people):
    pack = written(session, people.reviewer, text=county_pack(more=PILOT + LOSS))
    looked = looking.bench(session, pack, TODAY)
    told = []

    (row,) = evidence.keep(
        session, pack, people.reviewer, looked.digest, looked.prove(utc_now(), tell=told.append)
    )

    assert not row.passed
    failed = [one for one in row.report["properties"] if not one["proved"]]
    assert [one["property"] for one in failed] == ["direction"]
    assert failed[0]["failures"][0]["changed"].keys() == {"direct_economic_loss_cny"}
    assert len(told) == len(PROPERTIES)


def test_the_proof_of_everything_in_force_holds_until_something_changes(session, people, proofs):
    digest, libraries = everything.prove_all(session, TODAY)
    made = [
        SimpleNamespace(proved=True, digests={name: one.digest for name, one in packs.packs.items()},
                        vocabulary="v", factors="f", tables={}, as_json=lambda: {"properties": []})
        for packs in libraries
    ]  # fmt: skip
    everything.keep_proof_of_all(session, people.auditor, digest, made)

    row, holds = everything.proof_of_all(session, TODAY)
    assert (row.pack_id, row.passed, holds) == (None, True, True)
    sign(session, proposed(session, people.reviewer, from_on=TODAY), people.chief)
    assert everything.proof_of_all(session, TODAY)[1] is False
