"""A file on a false accusation: both grounds, the level of law, and never by itself."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from casebook import audit
from casebook.complaints import author, false_accusation, handling, log, secrecy
from casebook.complaints.false_words import LEVELS, routes_for
from casebook.errors import BadFields, CasebookError, NotAllowed, NotReady, WrongStage
from casebook.models import AuthorFinding, Complaint, FalseAccusation, Finding, Naming
from rules.vocabulary import vocabulary
from tests import handled
from tests.complaints import SEALED, a_complaint
from tests.stages import Cast

DAY = date(2026, 11, 22)
GROUNDS = {
    "fabrication_is": "yes", "fabrication": "转账截图经鉴定系拼接伪造，银行流水无此记录。",
    "intent_is": "yes", "intent": "聊天记录显示事先商定借此阻止其提拔。",
    "aggravators": ["vile_means"], "managing_level": "", "today": DAY,
}  # fmt: skip
APPROVAL = {
    "level": "city",
    "organ": "云山市纪委监委",
    "reference": "云纪批〔2026〕5号",
    "approved_on": DAY,
    "accuser_status": "other",
    "today": DAY,
}


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
def seal(home):
    return home.seal()


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    """Files are proposed on the day of these tests."""
    monkeypatch.setattr(false_accusation, "day_of", lambda at: DAY)


@pytest.fixture
def complaint(session, cast, seal):
    a_complaint(session, cast, seal)  # another one, beside it
    return a_complaint(session, cast, seal, "concluded")


def propose(session, cast, complaint, **more) -> FalseAccusation:
    return false_accusation.propose(session, complaint, more.pop("by", cast.officer), **{**GROUNDS, **more})


def approve(session, cast, row, **more) -> FalseAccusation:
    return false_accusation.approve(session, row, more.pop("by", cast.chief), **{**APPROVAL, **more})


@pytest.mark.parametrize(
    ("instigated", "fact"), [("yes", True), ("no", False), ("unknown", None), ("", None)]
)
def test_whether_others_were_instigated_is_a_fact_once_it_is_established(
    session, cast, complaint, instigated, fact
):
    row = propose(session, cast, complaint, instigated=instigated)

    assert row.facts.get("instigator_role") is fact
    fired = {reason["rule"] for reason in row.advice["reasons"]}
    assert ("complaints.instigated" in fired) is (fact is True)


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(FalseAccusation))


def test_a_file_goes_from_its_grounds_to_its_end(session, cast, complaint, home):
    row = propose(session, cast, complaint)
    assert (row.state, complaint.author_finding) == ("proposed", AuthorFinding.NOT_EXAMINED)
    assert row.advice["false_accusation_path"] == "may_open"
    assert row.facts["fabrication_evidence"] is row.facts["intent_to_frame"] is True

    approve(session, cast, row)
    assert complaint.author_finding == AuthorFinding.MALICIOUS
    assert "云纪批〔2026〕5号" in complaint.author_reason

    false_accusation.route(
        session, row, cast.officer, routes=["public_security"], to="青溪县公安局", routed_on=DAY, today=DAY
    )
    false_accusation.close(
        session, row, cast.officer, outcome="公安机关处以行政拘留五日。", gains="没有因诬告获得利益。", closed_on=DAY, today=DAY
    )  # fmt: skip
    assert (row.state, row.route, row.routed_to) == ("closed", "public_security", "青溪县公安局")
    kinds = [event.kind.rpartition(".")[2] for event in log.history(session, complaint)][-4:]
    assert kinds == ["proposed", "approved", "routed", "closed"]
    assert audit.verify(session, home).ok


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"fabrication_is": "unknown", "fabrication": ""},
            "Still to be established: Evidence of fabrication",
        ),
        ({"intent_is": "unknown", "intent": ""}, "Still to be established: Intent to frame"),
        (
            {"intent_is": "unknown", "fabrication_is": "unknown", "aggravators": []},
            "may not be treated as a false",
        ),
        ({"intent_is": "no"}, "may not be treated as a false accusation"),
        ({"fabrication_is": "no"}, "kept strictly apart"),
        ({"intent_is": "unknown", "fabrication_is": "unknown"}, "Question for the panel"),
    ],
)
def test_without_both_grounds_it_is_refused_and_says_what_is_missing(session, cast, complaint, more, said):
    with pytest.raises(NotReady) as refused:
        propose(session, cast, complaint, **more)

    assert said in refused.value.message("en")
    assert count(session) == 0
    assert complaint.author_finding == AuthorFinding.NOT_EXAMINED


@pytest.mark.parametrize("more", [{"intent_is": "unknown"}, {"fabrication_is": "no"}])
def test_a_file_that_cannot_be_proposed_tells_nothing_of_its_words(session, cast, complaint, seal, more):
    said = []
    for name in ("旁人丙", SEALED["name"]):
        with pytest.raises((NotReady, BadFields)) as refused:
            propose(
                session, cast, complaint, seal=seal, fabrication=f"{name}伪造了转账截图，经鉴定属实。", **more
            )
        said.append((type(refused.value), str(refused.value), getattr(refused.value, "errors", {}).keys()))

    assert said[0] == said[1]
    assert not [one for one in log.history(session, complaint) if one.kind == secrecy.REFUSED]


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("fabrication", {"fabrication": " "}),
        ("intent", {"intent": ""}),
        ("intent", {"intent": "有意图"}),
        ("intent", {"intent": GROUNDS["fabrication"]}),
        ("fabrication_is", {"fabrication_is": "maybe"}),
        ("aggravators", {"aggravators": ["loud"]}),
        ("instigated", {"instigated": "perhaps"}),
        ("managing_level", {"managing_level": "village"}),
        ("fabrication", {"fabrication": "本材料为机密★10年，转账截图系伪造"}),
        ("intent", {"intent": "\x00" + GROUNDS["intent"]}),
    ],
)
def test_evidence_must_be_written_each_by_itself(session, cast, complaint, field, more):
    with pytest.raises(BadFields) as refused:
        propose(session, cast, complaint, **more)

    assert field in refused.value.errors
    assert count(session) == 0


@pytest.mark.parametrize(
    "text",
    [
        f"{SEALED['name']}伪造了转账截图，经鉴定属实",
        f"从{SEALED['contact']}发出的截图系伪造",
        SEALED["text"],
    ],
)
def test_evidence_that_tells_of_the_author_is_refused(session, cast, complaint, seal, text):
    with pytest.raises(BadFields) as refused:
        propose(session, cast, complaint, fabrication=text, seal=seal)

    assert "fabrication" in refused.value.errors
    propose(session, cast, complaint, seal=seal)


@pytest.mark.parametrize("finding", [Finding.SUBSTANTIATED, Finding.CANNOT_VERIFY, Finding.NO_VIOLATION])
def test_nothing_but_an_untrue_finding_leads_there(session, cast, seal, finding):
    complaint = a_complaint(session, cast, seal, "handling")
    handled.find(session, cast, complaint, *[finding] * len(complaint.points), whole=finding)
    handled.conclude(session, cast, complaint)

    with pytest.raises(NotReady, match="found untrue"):
        propose(session, cast, complaint)


def test_before_the_conclusion_there_is_no_file(session, cast, seal):
    for state in ("accepted", "handling", "found"):
        with pytest.raises((WrongStage, NotAllowed)):
            propose(session, cast, a_complaint(session, cast, seal, state))


def test_a_mistaken_report_is_never_punished(session, cast, complaint):
    handling.examine_author(session, complaint, cast.officer, finding="mistaken", reason="误听误信，已作说明")

    with pytest.raises(NotReady, match="no false accusation"):
        propose(session, cast, complaint)

    row_before = count(session)
    handling.examine_author(session, complaint, cast.officer, finding="not_examined", reason="有新的鉴定意见")
    row = propose(session, cast, complaint)
    handling.examine_author(session, complaint, cast.officer, finding="mistaken", reason="查明系误解")
    with pytest.raises(NotReady, match="no false accusation"):
        approve(session, cast, row)
    assert row_before == 0


def test_malicious_cannot_be_entered_without_an_approved_file(session, cast, complaint):
    for prepared in (lambda: None, lambda: propose(session, cast, complaint)):
        prepared()
        with pytest.raises(NotReady):
            handling.examine_author(session, complaint, cast.officer, finding="malicious", reason="查不属实")
    assert not author.has_approved_file(session, complaint)


@pytest.mark.parametrize(
    ("managing", "level", "right"),
    [
        ("", "county", False), ("", "none", False), ("", "", False), ("", "city", True), ("county", "city", True),
        ("province", "city", False), ("province", "province", True), ("central", "province", False), ("central", "central", True),
    ],
)  # fmt: skip
def test_the_level_of_the_approval_is_that_of_the_law(session, cast, complaint, managing, level, right):
    row = propose(session, cast, complaint, managing_level=managing)
    if right:
        assert approve(session, cast, row, level=level).approval_level == level
        return
    with pytest.raises(BadFields) as refused:
        approve(session, cast, row, level=level)
    assert "level" in refused.value.errors
    assert row.state == "proposed"


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("organ", {"organ": ""}), ("reference", {"reference": " "}), ("approved_on", {"approved_on": None}),
        ("approved_on", {"approved_on": DAY + timedelta(days=1)}), ("approved_on", {"approved_on": DAY - timedelta(days=1)}),
        ("organ", {"organ": "云山市\n纪委"}),
    ],
)  # fmt: skip
def test_an_approval_without_organ_reference_and_day_is_none(session, cast, complaint, field, more):
    row = propose(session, cast, complaint)
    with pytest.raises(BadFields) as refused:
        approve(session, cast, row, **more)
    assert field in refused.value.errors
    assert complaint.author_finding == AuthorFinding.NOT_EXAMINED


def test_a_refusal_stays_with_its_reason_and_the_same_evidence_does_not_come_again(session, cast, complaint):
    row = propose(session, cast, complaint)
    with pytest.raises(BadFields):
        false_accusation.refuse(session, row, cast.chief, reason="")
    false_accusation.refuse(session, row, cast.chief, reason="意图证据不足")
    with pytest.raises(WrongStage, match="The file on a false accusation is at the stage") as refused:
        approve(session, cast, row)
    assert refused.value.message("zh").startswith("诬告陷害认定件现处于")
    with pytest.raises(NotReady, match="same evidence"):
        propose(session, cast, complaint)

    second = propose(session, cast, complaint, intent="新取得的录音证明其事先商定阻止提拔。")

    assert [one.state for one in false_accusation.read(session, cast.chief, complaint)] == [
        "refused",
        "proposed",
    ]
    assert second.id != row.id
    assert complaint.author_finding == AuthorFinding.NOT_EXAMINED


def test_one_file_at_a_time_and_each_step_once(session, cast, complaint):
    row = propose(session, cast, complaint)
    with pytest.raises(NotReady, match="open already"):
        propose(session, cast, complaint, intent="另有其他证据证明其陷害意图。")
    with pytest.raises(WrongStage):
        false_accusation.route(
            session, row, cast.officer, routes=["crime"], to="县公安局", routed_on=DAY, today=DAY
        )
    approve(session, cast, row)
    for again in (
        lambda: approve(session, cast, row),
        lambda: false_accusation.refuse(session, row, cast.chief, reason="反悔"),
        lambda: false_accusation.close(
            session, row, cast.officer, outcome="结果", gains="无", closed_on=DAY, today=DAY
        ),
    ):
        with pytest.raises(WrongStage):
            again()


@pytest.mark.parametrize("status", ["party_member", "public_official", "other"])
def test_where_it_goes_follows_the_status(session, cast, complaint, status):
    row = propose(session, cast, complaint)
    approve(session, cast, row, accuser_status=status)
    wrong = {"party_discipline", "state_sanction", "unit", "public_security", "crime", "x"} - set(
        routes_for(status)
    )
    for code in wrong:
        with pytest.raises(BadFields):
            false_accusation.route(
                session, row, cast.officer, routes=[code], to="某机关", routed_on=DAY, today=DAY
            )
    false_accusation.route(
        session, row, cast.officer, routes=routes_for(status), to="有关机关", routed_on=DAY, today=DAY
    )
    assert row.route == ",".join(routes_for(status))


@pytest.mark.parametrize("naming", [Naming.ANONYMOUS, Naming.UNVERIFIABLE])
def test_an_anonymous_author_stays_unknown_and_goes_to_public_security_only(session, cast, seal, naming):
    complaint = a_complaint(session, cast, seal, "concluded", naming=naming)
    row = propose(session, cast, complaint)
    for status in ("party_member", "public_official", "other", ""):
        with pytest.raises(BadFields) as refused:
            approve(session, cast, row, accuser_status=status)
        assert "29" in refused.value.errors["accuser_status"].en
    approve(session, cast, row, accuser_status="unknown")
    for code in ("party_discipline", "state_sanction", "unit", "crime"):
        with pytest.raises(BadFields):
            false_accusation.route(
                session, row, cast.officer, routes=[code], to="某机关", routed_on=DAY, today=DAY
            )
    false_accusation.route(
        session, row, cast.officer, routes=["public_security"], to="青溪县公安局", routed_on=DAY, today=DAY
    )
    assert (row.accuser_status, row.approval_level) == ("", "city")
    assert "false_accuser_status" not in row.facts


@pytest.mark.parametrize("status", ["unknown", "alien", ""])
def test_of_an_author_known_by_name_the_approval_says_who_it_is(session, cast, complaint, status):
    row = propose(session, cast, complaint)

    with pytest.raises(BadFields) as refused:
        approve(session, cast, row, accuser_status=status)

    assert list(refused.value.errors) == ["accuser_status"]
    assert row.state == "proposed"


def test_only_who_handles_it_proposes_and_only_a_chief_answers(session, cast, complaint):
    for who in (
        "officer2",
        "receiver",
        "receiver2",
        "chief",
        "superior",
        "auditor",
        "administrator",
        "stranger",
    ):
        with pytest.raises(NotAllowed):
            propose(session, cast, complaint, by=getattr(cast, who))
    row = propose(session, cast, complaint)
    for who in ("officer", "officer2", "receiver", "reviewer", "auditor", "administrator", "stranger"):
        with pytest.raises(NotAllowed):
            approve(session, cast, row, by=getattr(cast, who))
        with pytest.raises(NotAllowed):
            false_accusation.refuse(session, row, getattr(cast, who), reason="不同意")
    for who in ("receiver", "receiver2", "officer2", "stranger", "administrator"):
        with pytest.raises(NotAllowed):
            false_accusation.read(session, getattr(cast, who), complaint)
    assert approve(session, cast, row, by=cast.superior).answered_by is cast.superior


def test_the_respondent_is_kept_away_from_the_file(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "concluded")
    cast.officer.name = complaint.respondent_name
    session.flush()
    with pytest.raises(NotAllowed):
        propose(session, cast, complaint)


def test_events_hold_no_words_and_no_status(session, cast, complaint):
    row = propose(session, cast, complaint)
    approve(session, cast, row)
    for event in log.history(session, complaint, reads=True):
        said = str(event.detail)
        for words in (
            row.fabrication,
            row.intent,
            row.approval_reference,
            row.approval_organ,
            "other",
            "vile_means",
        ):
            assert words not in said


def _moves(session, cast, seal, complaint, chance):
    """Everything anybody might try with a complaint, each with arguments by lot."""
    findings = [*Finding, "nonsense"]
    words = ["", "查不属实", GROUNDS["fabrication"], GROUNDS["intent"], "经查账目一致，未见反映的情形。"]
    people = [cast.officer, cast.chief, cast.receiver, cast.superior, cast.reviewer, cast.officer2]
    someone = lambda: chance.choice([cast.officer, cast.officer, cast.chief, chance.choice(people)])  # noqa: E731
    text = lambda: chance.choice(words)  # noqa: E731
    statuses = [choice.value for choice in vocabulary().facts["false_accuser_status"].choices]
    files = false_accusation.files_of(session, complaint)
    row = chance.choice(files) if files else None
    found = {point.id: (chance.choice(findings), text()) for point in complaint.points}
    whole = chance.choice(list(Finding))
    if chance.random() < 0.7:  # mostly untrue, as that is what might tempt
        found = {point.id: (Finding.UNSUBSTANTIATED, handled.CHECKED) for point in complaint.points}
        whole = Finding.UNSUBSTANTIATED
    yield lambda: handling.find(
        session, complaint, someone(), points=found, whole=whole, reason=handled.CHECKED, today=handled.FOUND
    )
    yield lambda: handling.conclude(
        session, complaint, cast.chief, today=handled.CONCLUDED, minutes=handled.MINUTES
    )
    yield lambda: handling.return_finding(session, complaint, cast.chief, reason=text())
    yield lambda: handling.examine_author(
        session, complaint, someone(), finding=chance.choice([*AuthorFinding]), reason=text()
    )
    yield lambda: handled.tell(session, cast, seal, complaint)
    yield lambda: handling.close(session, complaint, someone(), why="fed_back", today=handled.CLOSED)
    yield lambda: handling.reopen(session, complaint, someone(), reason=text(), today=handled.CLOSED)
    yield lambda: handling.examine_author(
        session, complaint, cast.officer, finding="not_examined", reason="另行核查"
    )
    right = {**GROUNDS, "intent": GROUNDS["intent"] + str(chance.random())}
    for name in chance.sample(sorted(right), chance.randint(0, 1)):  # with one of them wrong, or none
        right[name] = {"today": DAY, "aggravators": []}.get(name, chance.choice(["", "no", "unknown"]))
    yield lambda: false_accusation.propose(session, complaint, cast.officer, **right)
    yield lambda: false_accusation.propose(
        session, complaint, someone(), fabrication_is=chance.choice(["yes", "no", "unknown"]), fabrication=text(),
        intent_is=chance.choice(["yes", "no", "unknown"]), intent=text(),
        aggravators=chance.sample(["vile_means", "serious_result"], chance.randint(0, 2)),
        managing_level=chance.choice(["", "county", "province"]), today=DAY,
    )  # fmt: skip
    if row is not None:
        yield lambda: false_accusation.approve(
            session, row, someone(), level=chance.choice(["", "none", "county", *LEVELS]), organ=chance.choice(["", "某市纪委"]),
            reference=chance.choice(["", "〔2026〕1号"]), approved_on=chance.choice([None, DAY]),
            accuser_status=chance.choice(statuses), today=DAY,
        )  # fmt: skip
        yield lambda: false_accusation.refuse(session, row, someone(), reason=text())
        yield lambda: approve(session, cast, row, level=chance.choice([*LEVELS]), by=someone())


def _holds(session, complaint: Complaint) -> None:
    """What must be true whatever was tried."""
    least = list(LEVELS)
    files = false_accusation.files_of(session, complaint)
    for row in files:
        assert row.fabrication.strip()
        assert row.intent.strip()
        assert row.fabrication != row.intent
        assert row.facts["fabrication_evidence"] is True
        assert row.facts["intent_to_frame"] is True
        assert row.advice["false_accusation_path"] == "may_open"
        assert row.facts["complaint_outcome"] in ("unsubstantiated", "partly")
    approved = [row for row in files if row.state in author.APPROVED]
    for row in approved:
        assert least.index(row.approval_level) >= least.index(row.advice["approval_level_min"])
        assert None not in (row.approved_on, row.answered_by_id)
        assert "" not in (row.approval_organ, row.approval_reference)
        assert row.answered_by_id != row.by_id
    if complaint.author_finding == AuthorFinding.MALICIOUS:
        assert approved


def test_whatever_is_tried_no_file_and_no_malicious_author_comes_without_grounds_and_approval(
    session, cast, seal
):
    chance, seen = random.Random(2026), set()
    for start in ("handling", "found", "concluded", "told") * 3:
        complaint = a_complaint(session, cast, seal, start)
        for _ in range(50):
            moves = list(_moves(session, cast, seal, complaint, chance))
            try:
                with session.begin_nested():
                    chance.choice(moves)()
            except CasebookError:
                session.expire_all()
            _holds(session, complaint)
            seen |= {row.state for row in false_accusation.files_of(session, complaint)}
            seen.add(complaint.author_finding)

    assert {"proposed", "approved", "refused", AuthorFinding.MALICIOUS, AuthorFinding.MISTAKEN} <= seen


def test_an_untrue_finding_alone_leaves_nothing_behind(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "closed")

    assert count(session) == 0
    assert complaint.author_finding == AuthorFinding.NOT_EXAMINED
