"""Screening: neutral words that tell nothing of the author; then accepted, refused, passed on or sent up."""

from datetime import timedelta

import pytest

from casebook import audit
from casebook.complaints import duties, log, screening, steps
from casebook.complaints.screening import ADVICE, PASSABLE, REFUSABLE, AuthorNamed, Screening
from casebook.errors import BadFields, NotAllowed, NotReady, WrongStage
from casebook.models import ComplaintState, Naming, Scope
from casebook.procedure.dates import today
from casebook.seal import inbox, openings
from rules.vocabulary import vocabulary
from tests.casebook.complaints.test_desk import everything_in
from tests.complaints import NEUTRAL, RECEIVED, SEALED, a_complaint
from tests.stages import Cast

KINDS = vocabulary().facts["complaint_kind"].values


def screen(session, seal, cast, complaint, by=None, **fields):
    given = Screening(**{**NEUTRAL, **fields})
    return screening.screen(session, seal, complaint, by or cast.receiver, given)


def refused_fields(session, seal, cast, complaint, **fields) -> dict:
    with pytest.raises(BadFields) as refused:
        screen(session, seal, cast, complaint, **fields)
    return refused.value.errors


def test_a_screening_keeps_neutral_words_and_closes_the_original(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    screening.save_draft(session, seal, complaint, cast.receiver, {"extract": ["草稿"]})
    screen(session, seal, cast, complaint)
    session.commit()
    assert [point.alleged for point in complaint.points] == list(NEUTRAL["points"])
    assert (complaint.kind, complaint.extract, complaint.extract_by_id) == (
        "accusation", NEUTRAL["extract"], cast.receiver.id,
    )  # fmt: skip
    assert not openings.active(session, complaint, cast.receiver, Scope.TEXT, today())
    assert screening.draft(seal, complaint, cast.receiver) == {}
    assert audit.verify(session).ok


def test_a_screening_may_be_mended_until_it_is_accepted_and_a_point_taken_back_is_blank(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "screened")
    screen(session, seal, cast, complaint, points=("道路工程未公开招标",))
    assert [point.alleged for point in complaint.points] == ["道路工程未公开招标", "", ""]
    screening.accept(session, complaint, cast.receiver, today())
    with pytest.raises(WrongStage):
        screen(session, seal, cast, complaint)
    session.commit()
    assert audit.verify(session).ok


@pytest.mark.parametrize(
    "who", ["receiver2", "officer", "chief", "superior", "auditor", "administrator", "stranger"]
)
def test_only_the_screener_screens(session, seal, who):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    with pytest.raises(NotAllowed):
        screen(session, seal, cast, complaint, by=getattr(cast, who))
    with pytest.raises(NotAllowed):
        screening.save_draft(session, seal, complaint, getattr(cast, who), {"extract": ["草稿"]})
    for act in (screening.accept, screening.refuse):
        with pytest.raises(NotAllowed):
            act(session, complaint, getattr(cast, who), today())
    with pytest.raises(NotAllowed):
        screening.send_up(session, seal, complaint, getattr(cast, who), to="市", reference="1", on=today())


@pytest.mark.parametrize("field", ["extract", "points-0", "respondent_unit", "respondent_post"])
@pytest.mark.parametrize("words", [SEALED["name"], "电话 139 0000 8765", SEALED["identity_number"]])
def test_the_author_is_refused_in_every_field_and_that_it_was_tried_stays(session, seal, field, words):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    value = (words,) if field == "points-0" else words
    with pytest.raises(AuthorNamed) as refused:
        screen(session, seal, cast, complaint, **{field.removesuffix("-0"): value})
    assert field in refused.value.errors
    session.commit()
    assert complaint.screened_on is None
    assert log.history(session, complaint)[-1].kind == "complaint.extract_refused"
    assert not any(text in everything_in(session) for text in (SEALED["name"], "0000 8765", "00008765"))


def test_the_author_is_not_hidden_behind_the_name_of_the_respondent(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    errors = refused_fields(
        session, seal, cast, complaint, respondent_name=SEALED["name"], extract=f"反映{SEALED['name']}有问题"
    )
    assert set(errors) == {"respondent_name", "extract"}


def test_who_the_author_is_cannot_be_found_out_by_trying_names(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    for _ in range(screening.TRIES):
        with pytest.raises(AuthorNamed):
            screen(session, seal, cast, complaint, extract=f"据{SEALED['name']}反映")
    with pytest.raises(NotReady) as stopped:
        screen(session, seal, cast, complaint)
    assert "另行指定登记审查人" in stopped.value.message("zh")
    duties.assign(session, complaint, "screener", cast.receiver2, cast.chief)
    duties.declare(session, complaint, cast.receiver2, [])
    assert screen(session, seal, cast, complaint, by=cast.receiver2).screened_on


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("kind", {"kind": ""}),
        ("kind", {"kind": "gossip"}),
        ("naming", {"naming": "famous"}),
        ("own_chief", {"own_chief": None}),
        ("extract", {"extract": " "}),
        ("extract", {"extract": "字" * 4001}),
        ("extract", {"extract": "反映周某在会上宣读机密★件"}),
        ("extract", {"extract": "称连招标公告都没贴出来"}),
        ("points-0", {"points": ()}),
        ("points-0", {"points": ("", " ")}),
        ("points-1", {"points": ("未招标", "账上多付了八万块")}),
        ("points-2", {"points": ("未招标", "", "半\x00字")}),
        ("points-0", {"points": tuple(f"第{n}条" for n in range(31))}),
        ("respondent_name", {"respondent_name": "周\u200b某"}),
        ("respondent_unit", {"respondent_unit": "青石镇，其外甥承建"}),
        ("respondent_post", {"respondent_post": "镇\n长"}),
        ("region", {"region": "36030"}),
        ("region", {"region": "３６"}),
    ],
)
def test_what_is_wrong_stands_with_its_field_and_nothing_is_kept(session, seal, field, fields):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    assert list(refused_fields(session, seal, cast, complaint, **fields)) == [field]
    assert complaint.screened_on is None
    assert complaint.points == []
    assert openings.active(session, complaint, cast.receiver, Scope.TEXT, today())


@pytest.mark.parametrize("missing", ["name", "contact"])
def test_a_complaint_without_name_or_contact_is_not_made_real_name(session, seal, missing):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "registered", **{missing: "", "naming": "anonymous"})
    duties.assign(session, complaint, "screener", cast.receiver, cast.chief)
    duties.declare(session, complaint, cast.receiver, [])
    assert list(refused_fields(session, seal, cast, complaint, naming="real_name")) == ["naming"]
    assert screen(session, seal, cast, complaint, naming="unverifiable_name").naming == Naming.UNVERIFIABLE


def test_a_draft_is_kept_sealed_and_only_its_screener_has_it_back(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    typed = {"extract": [SEALED["text"]], "points": ["一", "二"]}
    screening.save_draft(session, seal, complaint, cast.receiver, typed)
    session.commit()
    assert screening.draft(seal, complaint, cast.receiver) == typed
    for user in (cast.receiver2, cast.chief, cast.officer, cast.auditor, cast.administrator):
        assert screening.draft(seal, complaint, user) == {}
    assert SEALED["text"] not in everything_in(session)
    with pytest.raises(BadFields):
        screening.save_draft(session, seal, complaint, cast.receiver, {"extract": ["字" * 90_000]})


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_goes_its_own_way_and_no_other(session, seal, kind):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    ways = {
        "accept": lambda: screening.accept(session, complaint, cast.receiver, today()),
        "refuse": lambda: screening.refuse(session, complaint, cast.receiver, today()),
        "pass_on": lambda: screening.pass_on(
            session, complaint, cast.receiver, to="市信访局", reference="1", on=today()
        ),
    }
    right = {
        "accept": kind == "accusation", "refuse": kind in REFUSABLE, "pass_on": kind in PASSABLE,
    }  # fmt: skip
    if kind == "belongs_superior":
        with pytest.raises(NotReady) as up:
            screen(session, seal, cast, complaint, kind=kind)
        assert "径送上级" in up.value.message("zh")
        assert complaint.extract == ""
        return
    screen(
        session, seal, cast, complaint, kind=kind, points=NEUTRAL["points"] if kind == "accusation" else ()
    )
    for name, way in ways.items():
        if not right[name]:
            with pytest.raises(NotReady):
                way()
    assert complaint.state == ComplaintState.REGISTERED
    for name, way in ways.items():
        if right[name]:
            way()
            break
    assert complaint.state != ComplaintState.REGISTERED


@pytest.mark.parametrize("kind", REFUSABLE)
def test_each_refusal_tells_the_author_where_to_turn(session, seal, kind):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "screened", kind=kind, points=())
    advice = screening.refuse(session, complaint, cast.receiver, today())
    assert advice == ADVICE[kind]
    assert "不予受理" in advice.zh
    assert duties.current(complaint) == []


def test_nothing_is_decided_before_it_is_screened_or_before_it_came(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    with pytest.raises(NotReady):
        screening.accept(session, complaint, cast.receiver, today())
    screen(session, seal, cast, complaint)
    for day in (RECEIVED - timedelta(days=1), today() + timedelta(days=1), None):
        with pytest.raises(BadFields) as refused:
            screening.accept(session, complaint, cast.receiver, day)
        assert list(refused.value.errors) == ["on"]


@pytest.mark.parametrize(("field", "to", "reference"), [("to", " ", "1"), ("reference", "市", ""), ("to", "市\n县", "1"),
                                                        ("reference", "市", "机密★〔2026〕1号")])  # fmt: skip
def test_a_transfer_names_its_organ_and_its_reference(session, seal, field, to, reference):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "screened", kind="claim", points=())
    for pass_it in (
        lambda: screening.pass_on(session, complaint, cast.receiver, to=to, reference=reference, on=today()),
        lambda: screening.send_up(
            session, seal, complaint, cast.receiver, to=to, reference=reference, on=today()
        ),
    ):
        with pytest.raises(BadFields) as refused:
            pass_it()
        assert list(refused.value.errors) == [field]


def test_what_is_accepted_and_then_found_to_be_another_organ_s_is_passed_on(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "accepted")
    screening.pass_on(session, complaint, cast.receiver, to="邻县纪委监委", reference="7", on=today())
    assert complaint.state == ComplaintState.PASSED_ON


@pytest.mark.parametrize("state", ["assigned", "screened", "accepted"])
def test_what_was_sent_up_leaves_a_day_an_organ_and_a_reference_and_nothing_else(session, seal, state):
    cast = Cast(session)
    noise = a_complaint(
        session,
        cast,
        seal,
        "accepted",
        respondent_name="吴某",
        respondent_unit="白水镇",
        extract="反映吴某。",
        points=("吴某一条",),
    )
    complaint = a_complaint(session, cast, seal, state)
    handle = complaint.handle
    if state == "assigned":
        screening.save_draft(session, seal, complaint, cast.receiver, {"extract": [SEALED["text"]]})
    screening.send_up(
        session, seal, complaint, cast.receiver, to="市纪委监委", reference="〔2026〕9号", on=today()
    )
    session.commit()
    assert complaint.state == ComplaintState.STUB
    assert (complaint.passed_to, complaint.passed_receipt, complaint.passed_on) == (
        "市纪委监委", "〔2026〕9号", today(),
    )  # fmt: skip
    assert complaint.handle is None
    assert complaint.kind == complaint.extract == complaint.region == complaint.respondent_name == ""
    assert complaint.own_chief is None
    assert complaint.screened_on is complaint.accepted_on is complaint.extract_by_id is None
    assert seal.names(handle) == []
    assert seal.names(f"screening-{complaint.id}") == []
    assert inbox.is_stub(seal, handle)
    kept = everything_in(session)
    assert handle not in kept
    assert not any(words in kept for words in ("超额支付工程款", "周某", "青石镇"))
    assert noise.extract == "反映吴某。"
    assert duties.current(complaint) == []
    assert audit.verify(session).ok


def test_a_stub_that_is_rolled_back_has_lost_nothing(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    session.commit()
    screening.send_up(session, seal, complaint, cast.receiver, to="市纪委监委", reference="1", on=today())
    session.rollback()
    assert seal.read(complaint.handle, "text") == SEALED["text"]
    assert complaint.state == ComplaintState.REGISTERED


def test_what_concerns_the_chief_is_not_extracted_and_cannot_be_accepted(session, seal):
    cast = Cast(session)
    complaint = a_complaint(session, cast, seal, "assigned")
    with pytest.raises(NotReady):
        screen(session, seal, cast, complaint, own_chief=True)
    assert complaint.extract == complaint.respondent_name == ""
    assert steps.may_do(cast.receiver, "send_up", complaint)
