"""The commitment record: sourced words by channel, read by people, by no rule, and counted nowhere."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import rules
from casebook import audit, commitment
from casebook.errors import BadFields, NotAllowed, WrongStage
from casebook.models import CommitmentEntry, Event, Stage
from casebook.recommend import recommend
from rules.library import library
from rules.vocabulary import vocabulary
from tests.snapshots import prepared
from tests.stages import Cast, recommended_case, skip_to

TODAY = date(2026, 11, 21)
ROOT = Path(rules.__file__).parent.parent


@pytest.fixture
def cast(session):
    return Cast(session)


@pytest.fixture
@prepared
def case(session, cast):
    note(session, recommended_case(session, cast), cast.officer, text="另案记录")
    return recommended_case(session, cast)


def note(session, case, by, **changes):
    fields = {
        "channel": "inspection", "observed_on": TODAY, "source": "县委巡察组反馈意见（2026）3号", "text": "防汛期间带队值守",
        "today": TODAY, **changes,
    }  # fmt: skip
    return commitment.note(session, case, by, **fields)


@pytest.mark.parametrize("channel", list(commitment.CHANNELS))
def test_each_channel_keeps_its_observations_with_date_and_source(session, home, cast, case, channel):
    entry = note(session, case, cast.officer, channel=channel)

    assert (entry.channel, entry.observed_on, entry.source) == (
        channel,
        TODAY,
        "县委巡察组反馈意见（2026）3号",
    )
    session.commit()
    assert audit.verify(session, home).ok


def test_the_channels_are_the_six_of_the_seeds():
    names = [name.zh for name in commitment.CHANNELS.values()]

    assert names == ["日常分析研判", "平时考核", "任前考察", "巡察审计", "信访", "监督"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channel", "rumour"), ("observed_on", TODAY + timedelta(days=1)), ("observed_on", None), ("source", ""),
        ("source", "一\n二"), ("text", " "), ("text", "长" * 2001),
    ],
)  # fmt: skip
def test_an_observation_without_channel_day_source_or_words_is_refused(session, cast, case, field, value):
    with pytest.raises(BadFields) as caught:
        note(session, case, cast.officer, **{field: value})

    assert list(caught.value.errors) == [field]


@pytest.mark.parametrize(
    "telling",
    [
        "举报人：张三", "信访人是王五", "来信人姓名：赵某", "反映人系李某", "联系电话13912345678", "证件号11010519491231002X",
        "邮箱 zhang.san@example.com",
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["text", "source"])
def test_what_came_by_petition_tells_nobody_who_complained(session, cast, case, telling, field):
    with pytest.raises(BadFields) as caught:
        note(session, case, cast.officer, channel="petitions", **{field: telling})

    assert list(caught.value.errors) == [field]
    assert session.scalar(select(CommitmentEntry).where(CommitmentEntry.case_id == case.id)) is None


@pytest.mark.parametrize(
    "harmless", ["经核实，群众反映的问题已解决", "及时回应举报人关切", "办结12345热线工单"]
)
def test_words_about_the_work_on_petitions_are_kept(session, cast, case, harmless):
    assert note(session, case, cast.officer, channel="petitions", text=harmless).text == harmless


def test_officer_and_chief_write_and_others_do_not_and_nobody_after_the_end(session, cast, case):
    note(session, case, cast.chief)
    for who in (cast.reviewer, cast.member, cast.auditor, cast.superior, cast.stranger, cast.administrator):
        with pytest.raises(NotAllowed):
            note(session, case, who)
    skip_to(session, case, Stage.CLOSED)
    with pytest.raises(WrongStage):
        note(session, case, cast.officer)


def test_only_the_entries_of_the_case_are_read_by_channel_and_date_and_the_reading_is_logged(
    session, cast, case
):
    late = note(session, case, cast.officer)
    early = note(session, case, cast.officer, observed_on=date(2025, 3, 1))
    first = note(session, case, cast.officer, channel="analysis")

    found = commitment.read_commitment(session, cast.reviewer, case)

    assert [entry.id for entry in found] == [first.id, early.id, late.id]
    assert list(session.scalars(select(Event.kind).order_by(Event.seq)))[-1] == "commitment.read"


def test_a_recommendation_is_the_same_whatever_is_recorded(session, cast, case):
    before = recommend(session, case, cast.officer, TODAY).document
    for channel in commitment.CHANNELS:
        note(session, case, cast.officer, channel=channel, text="严重不担当，多次被通报")

    assert recommend(session, case, cast.officer, TODAY).document == before


def test_no_rule_reads_the_index_of_the_seeds():
    assert vocabulary().facts["commitment_index"].record_only
    read = {fact for pack in library().packs.values() for rule in pack.rules for fact in rule.reads}
    assert "commitment_index" not in read


def test_the_record_is_opened_by_its_own_module_and_page_only():
    naming = set()
    for path in [*ROOT.glob("rules/**/*.py"), *ROOT.glob("casebook/**/*.py"), *ROOT.glob("web/**/*.py")]:
        names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        names |= {
            node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)
        }
        if names & {"CommitmentEntry", "read_commitment"}:
            naming.add(str(path.relative_to(ROOT)))

    assert naming <= {
        "casebook/commitment.py", "casebook/models/followup.py", "casebook/sealing.py", "web/procedure/talks.py",
    }  # fmt: skip


def test_its_module_counts_and_sums_nothing():
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(Path(commitment.__file__).read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert not calls & {"sum", "len", "count", "Counter", "max", "min", "round"}
