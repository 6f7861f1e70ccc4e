"""Advance filings: received once under one's name, sealed, proved by the chain, opened by two and linked as evidence."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from casebook.audit import verify
from casebook.clearance import filing_proof, filings
from casebook.clearance.filing_proof import Asked, certificate, check, proof_of, read_asked
from casebook.clearance.filings import evidence, find, hash_of, link, listed, normalised, submit, visible
from casebook.errors import BadFields, BadUpload, ComplaintNotFound, NotAllowed, NotReady
from casebook.models import AdvanceFiling, Event, Opening, Stage
from casebook.procedure.code import is_whole
from casebook.procedure.dates import today
from casebook.seal import openings
from tests.stages import Cast, recommended_case, skip_to

FIELDS = {
    "title": "农产品直播销售试点", "name": "陈某", "unit": "青石镇人民政府", "plan": "先试后招，三个月为限。\nMARKER-P",
    "risks": "可能滞销，已留兜底收购方案。MARKER-R", "told": "2026年11月1日口头报告县农业农村局，11月3日送书面方案。MARKER-T",
}  # fmt: skip
TODAY = today()


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def noise(session, seal, cast):
    """Other filings, in this organ and in another one."""
    for number, organ in enumerate((cast.county, cast.city, cast.county)):
        made(session, seal, cast, f"noise{number}", organ=organ, title=f"其他试点{number}")


def made(session, seal, cast, form="form1", organ=None, adds_to=None, **fields):
    return submit(
        session,
        seal,
        form,
        organ=organ or cast.county,
        fields={**FIELDS, **fields},
        adds_to=adds_to,
        today=TODAY,
    )


def opened(session, seal, cast, filing):
    asked = openings.ask(
        session, filing, cast.officer, scope="text", purpose="evidence", reason="核对报备内容与行为是否一致"
    )
    openings.answer(
        session, asked, cast.chief, granted=True, until=TODAY + timedelta(days=5), on=TODAY, seal=seal
    )
    return asked


# -- receiving


def test_a_filing_is_received_at_its_moment_with_a_receipt_and_its_hash_in_the_chain(
    session, seal, cast, noise
):
    filed = made(session, seal, cast)

    event = session.scalars(
        select(Event).where(Event.kind == "filing.made").order_by(Event.seq.desc())
    ).first()
    assert filed.filing.number.startswith(f"{cast.county.code}-B{TODAY.year}-")
    assert is_whole(filed.receipt)
    assert filed.filing.sha256 == hash_of(filed.text) == event.detail["sha256"]
    assert (event.by_id, event.case_id) == (None, None)
    assert filed.filing.filed_at <= event.at
    session.commit()
    assert verify(session).ok


def test_what_was_written_lies_in_the_sealed_store_alone(session, seal, cast):
    filed = made(session, seal, cast)
    session.commit()

    row = {column.name: getattr(filed.filing, column.name) for column in AdvanceFiling.__table__.columns}
    events = " ".join(str(event.detail) for event in session.scalars(select(Event)))
    assert "MARKER" not in str(row) + events
    assert filed.receipt not in str(row) + events
    assert seal.read(filed.filing.handle, "text") == filed.text
    assert all(words in filed.text for words in FIELDS.values())


def test_the_same_form_sent_twice_is_one_filing_and_says_so_if_its_words_differ(session, seal, cast):
    first = made(session, seal, cast)
    session.commit()
    again = made(session, seal, cast)
    changed = made(session, seal, cast, plan="别的方案")

    assert (again.filing, again.receipt, again.again, again.differs) == (
        first.filing,
        first.receipt,
        True,
        False,
    )
    assert (changed.filing, changed.differs) == (first.filing, True)
    assert FIELDS["plan"] in seal.read(first.filing.handle, "text")
    assert len(session.scalars(select(AdvanceFiling)).all()) == 1


def test_what_a_broken_connection_left_is_replaced(session, seal, cast):
    session.commit()
    filed = made(session, seal, cast, plan="没有提交成功的稿子")
    handle = filed.filing.handle
    session.rollback()
    again = made(session, seal, cast)
    session.commit()

    assert again.filing.handle == handle
    assert not again.again
    assert FIELDS["plan"] in seal.read(handle, "text")


def test_files_are_sealed_and_their_hashes_stand_in_the_text(session, seal, cast):
    filings.add_file(seal, "form1", "方案.txt", io.BytesIO("方案全文".encode()), TODAY)
    filings.add_file(seal, "form1", "不要了.txt", io.BytesIO(b"x"), TODAY)
    filings.remove_file(seal, "form1", filings.files_of(seal, "form1", TODAY)[0].id, TODAY)
    kept = filings.files_of(seal, "form1", TODAY)
    filed = made(session, seal, cast)

    assert len(kept) == 1
    assert f"{kept[0].filename} SHA-256 {kept[0].sha256}" in filed.text
    assert [file.filename for file in seal.files(filed.filing.handle)] == [kept[0].filename]
    filings.forget_drafts(seal, "form1", TODAY)
    assert filings.files_of(seal, "form1", TODAY) == []


def test_a_file_of_another_form_does_not_come_along(session, seal, cast):
    filings.add_file(seal, "form2", "别人的.txt", io.BytesIO(b"other"), TODAY)
    filed = made(session, seal, cast)
    assert seal.files(filed.filing.handle) == []


def test_a_file_that_is_not_what_its_name_says_is_refused(seal):
    with pytest.raises(BadUpload):
        filings.add_file(seal, "form1", "方案.pdf", io.BytesIO(b"MZ not a pdf"), TODAY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", ""), ("title", "两\n行"), ("title", "长" * 201), ("name", "陈\u200b某"), ("name", "陈\u202e某"),
        ("unit", " "), ("plan", ""), ("plan", "长" * 20_001), ("risks", "\x00"), ("told", ""),
        ("plan", "绝密★10年\n方案"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_names_its_field(session, seal, cast, name, value):
    with pytest.raises(BadFields) as bad:
        made(session, seal, cast, **{name: value})
    assert list(bad.value.errors) == [name]
    assert session.scalars(select(AdvanceFiling)).all() == []


def test_markup_and_formulas_are_text(session, seal, cast):
    typed = "=cmd|'/c calc'!A1 <script>alert(1)</script>"
    filed = made(session, seal, cast, plan=typed)
    assert typed in filed.text


def test_a_supplement_has_its_own_moment_and_leaves_the_first_as_it_was(session, seal, cast, noise):
    first = made(session, seal, cast)
    more = made(session, seal, cast, "form2", adds_to=first.filing, plan="价格调整为每斤三元")
    session.commit()

    assert filings.supplements(session, first.filing) == [more.filing]
    assert first.filing.number in more.text
    assert more.receipt != first.receipt
    assert FIELDS["plan"] in seal.read(first.filing.handle, "text")
    assert verify(session).ok


def test_a_supplement_goes_to_the_organ_that_has_the_first(session, seal, cast):
    first = made(session, seal, cast)
    with pytest.raises(BadFields):
        made(session, seal, cast, "form2", organ=cast.city, adds_to=first.filing)


# -- the receipt


def test_a_filing_is_found_by_its_receipt_however_it_is_typed_and_by_no_other(session, seal, cast, noise):
    filed = made(session, seal, cast)

    assert find(session, seal, f" {filed.receipt.lower()[:4]}-{filed.receipt[4:]} ") == filed.filing
    wrong = filed.receipt[:-1] + ("3" if filed.receipt[-1] != "3" else "4")
    assert find(session, seal, wrong) is None
    assert find(session, seal, "") is None


# -- proof


def test_the_certificate_and_the_text_alone_and_the_hash_alone_prove_the_filing(session, seal, cast, noise):
    filed = made(session, seal, cast)
    session.commit()
    proof = proof_of(session, filed.filing)
    paper = certificate(proof, filed.text)

    for brought in (paper, filed.text, filed.filing.sha256, filed.filing.sha256.upper(), certificate(proof)):
        found = check(session, read_asked(brought))
        assert found == proof, brought
        assert found.whole
    assert "MARKER" not in certificate(proof)
    assert certificate(proof, "别的文字") == certificate(proof)


@pytest.mark.parametrize(
    "way",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text + "\n\n",
        lambda text: "\n".join(line + "  " for line in text.split("\n")),
        lambda text: "\n\n" + text,
    ],
)
def test_the_way_through_a_printer_or_a_mail_does_not_change_the_hash(session, seal, cast, way):
    filed = made(session, seal, cast)
    assert check(session, read_asked(way(filed.text))).number == filed.filing.number


def test_one_changed_sign_is_another_text(session, seal, cast):
    filed = made(session, seal, cast)
    assert check(session, read_asked(filed.text.replace("三个月", "四个月"))) is None


def test_a_certificate_whose_text_was_exchanged_proves_nothing(session, seal, cast):
    filed = made(session, seal, cast)
    paper = certificate(proof_of(session, filed.filing), filed.text).replace("三个月", "四个月")

    asked = read_asked(paper)

    assert not asked.agrees
    assert check(session, asked) is None


def test_a_certificate_with_another_number_proves_nothing(session, seal, cast, noise):
    filed = made(session, seal, cast)
    other = session.scalars(select(AdvanceFiling).where(AdvanceFiling.id != filed.filing.id)).first()
    paper = certificate(proof_of(session, filed.filing), filed.text).replace(
        filed.filing.number, other.number
    )

    assert check(session, read_asked(paper)) is None


def test_what_was_never_filed_is_not_found_and_nothing_is_nothing(session, seal, cast, noise):
    assert check(session, Asked("0" * 64)) is None
    assert check(session, read_asked("随便一段文字")) is None
    assert read_asked(" \n ") is None


@pytest.mark.parametrize(
    "change",
    [{"sha256": "0" * 64}, {"filed_at": "earlier"}, {"filed_by": "李某"}, {"title": "别的试点"}],
)
def test_nobody_changes_or_dates_back_a_filing_unseen(session, seal, cast, noise, change):
    filed = made(session, seal, cast)
    session.commit()
    asked = read_asked(certificate(proof_of(session, filed.filing)))
    if "filed_at" in change:
        change = {"filed_at": filed.filing.filed_at - timedelta(days=90)}

    session.execute(update(AdvanceFiling).where(AdvanceFiling.id == filed.filing.id).values(**change))
    session.commit()
    session.expire_all()

    assert not verify(session).ok
    found = check(session, asked)
    assert found.sha256 == asked.sha256
    assert not found.whole


def test_an_entry_slipped_in_without_an_event_proves_nothing(session, seal, cast):
    filed = made(session, seal, cast)
    session.commit()
    forged = AdvanceFiling(
        number="FORGED-B2020-0001", organisation_id=cast.county.id, handle="forged", sha256="1" * 64, title="补造",
        unit="某", filed_by="某", filed_at=filed.filing.filed_at - timedelta(days=900),
    )  # fmt: skip
    session.add(forged)
    session.commit()

    assert check(session, Asked("1" * 64)) is None
    assert not verify(session).ok


def test_a_text_that_pretends_to_be_a_certificate_is_read_as_what_it_is():
    inner = "某段文字"
    forged = f"事前报备回执凭证\n编号: QX-B2026-0001\nSHA-256: {'0' * 64}\n{filing_proof.BEGIN}\n{inner}\n{filing_proof.END}"

    asked = read_asked(forged)

    assert asked == Asked(hash_of(inner), "QX-B2026-0001", agrees=False)
    assert normalised("a \r\nb\n") == "a\nb"


# -- who sees the entry, who opens it


def test_the_entry_is_seen_by_the_organ_that_has_it_and_the_chief_above(session, seal, cast, noise):
    filing = made(session, seal, cast).filing

    for who in ("officer", "officer2", "reviewer", "chief", "superior", "auditor"):
        assert filing in session.scalars(visible(getattr(cast, who))).all(), who
        assert filings.get(session, getattr(cast, who), filing.number) == filing
    for who in ("stranger", "superior_reviewer", "member", "receiver", "administrator"):
        assert filing not in session.scalars(visible(getattr(cast, who))).all(), who
        with pytest.raises(ComplaintNotFound):
            filings.get(session, getattr(cast, who), filing.number)


def test_an_entry_is_found_by_words_taken_as_they_are(session, seal, cast, noise):
    filing = made(session, seal, cast).filing

    assert listed(session, cast.officer, "直播") == [filing]
    assert listed(session, cast.officer, "100%") == []
    assert len(listed(session, cast.officer)) == 3


def test_nobody_reads_a_filing_without_the_consent_of_a_second_person(session, seal, cast):
    filing = made(session, seal, cast).filing
    with pytest.raises(NotReady):
        openings.read_text(session, seal, filing, cast.officer, TODAY)
    asked = openings.ask(
        session, filing, cast.officer, scope="text", purpose="evidence", reason="核对报备内容"
    )
    with pytest.raises(NotReady):
        openings.read_text(session, seal, filing, cast.officer, TODAY)
    with pytest.raises(NotAllowed):
        openings.answer(session, asked, cast.officer, granted=True, until=TODAY, on=TODAY)
    openings.answer(session, asked, cast.chief, granted=True, until=TODAY, on=TODAY)

    assert FIELDS["plan"] in openings.read_text(session, seal, filing, cast.officer, TODAY)["text"]
    with pytest.raises(NotReady):
        openings.read_text(session, seal, filing, cast.officer2, TODAY)
    with pytest.raises(NotAllowed):
        openings.read_text(session, seal, filing, cast.stranger, TODAY)
    session.commit()
    assert verify(session).ok
    assert session.scalars(select(Opening)).one().filing_id == filing.id


# -- evidence


def test_an_opened_filing_becomes_evidence_in_a_case_and_stays(session, seal, cast, noise):
    case = recommended_case(session, cast)
    other = recommended_case(session, cast)
    filing = made(session, seal, cast).filing
    opened(session, seal, cast, filing)

    link(session, filing, cast.officer, case, TODAY)

    assert list(evidence(session, case)) == [filing]
    assert list(evidence(session, other)) == []
    with pytest.raises(NotReady):
        link(session, filing, cast.officer, other, TODAY)
    session.commit()
    assert verify(session).ok
    assert proof_of(session, filing).whole
    event = session.scalars(select(Event).where(Event.kind == "filing.linked")).one()
    assert (event.case_id, event.by_id) == (case.id, cast.officer.id)


def test_nobody_makes_evidence_of_what_they_have_not_opened(session, seal, cast):
    case = recommended_case(session, cast)
    filing = made(session, seal, cast).filing
    with pytest.raises(NotReady):
        link(session, filing, cast.officer, case, TODAY)
    opened(session, seal, cast, filing)
    with pytest.raises(NotReady):
        link(session, filing, cast.reviewer, case, TODAY)
    assert list(evidence(session, case)) == []


@pytest.mark.parametrize(
    "who", ["stranger", "chief", "superior_reviewer", "auditor", "receiver", "member", "administrator"]
)
def test_only_officers_and_reviewers_of_the_organ_make_it_evidence(session, seal, cast, who):
    case = recommended_case(session, cast)
    filing = made(session, seal, cast).filing
    with pytest.raises(NotAllowed):
        link(session, filing, getattr(cast, who), case, TODAY)


def test_nothing_becomes_evidence_in_a_closed_case(session, seal, cast):
    case = recommended_case(session, cast)
    filing = made(session, seal, cast).filing
    opened(session, seal, cast, filing)
    skip_to(session, case, Stage.CLOSED)
    with pytest.raises(NotAllowed):
        link(session, filing, cast.officer, case, TODAY)


@pytest.mark.parametrize(
    ("conduct", "before"),
    [
        ("2099-05", True),
        ("2023-05-10", False),
        (None, None),
        ({"before": "2099"}, None),
        ({"from": "2020", "to": "2099"}, False),
    ],
)
def test_it_is_said_whether_it_was_filed_before_the_conduct(session, seal, cast, conduct, before):
    case = recommended_case(session, cast)
    case.conduct = conduct
    assert filings.precedes(made(session, seal, cast).filing, case) is before
