"""Finding by words: exactly what plain comparison finds, on the database of this run, and nothing that is not one's own.

Run on SQLite and on PostgreSQL it is the proof that both give the same answers: both are compared with Python.
"""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from casebook import intake
from casebook.changes import FactEntry
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed
from casebook.models import Assignment, Decision, Event, Part, Precedent, SearchEntry, Stage, Tier
from casebook.precedents import library
from casebook.procedure import people
from casebook.procedure.notice import current_notice
from casebook.search import index
from casebook.search.filters import CASES, Filters
from casebook.search.find import PER_PAGE, entries, find
from casebook.search.grams import fold, parse
from tests import panels
from tests.factories import make_case, make_user, save
from tests.precedents import a_precedent
from tests.stages import Cast, bring, skip_to

ALPHABET = "公款旅游礼金违规收受王李伟的、，。 A1"
ONLY_CASES = Filters(scope=CASES)


def codes(session, by, typed, **filters) -> list[str]:
    return [hit.precedent.code for hit in find(session, by, typed, Filters(**filters)).hits]


def numbers(session, by, typed, **filters) -> list[str]:
    return [hit.case.number for hit in find(session, by, typed, Filters(scope=CASES, **filters)).hits]


@pytest.fixture(scope="module")
def written() -> list[str]:
    """Random texts of few characters, so that every pair is frequent and many terms stand in some."""
    chance = random.Random(4)
    return ["".join(chance.choices(ALPHABET, k=chance.randint(1, 60))) for _ in range(250)]


def fill(session, reviewer, written) -> None:
    row = {
        "tier": "own", "life": "alive", "organisation_id": reviewer.organisation_id, "body": "", "title": "",
        "outcome": "correct", "proposed_at": utc_now(), "published_at": utc_now(), "articles": [], "paragraphs": [],
    }  # fmt: skip
    rows = [row | {"code": f"#{number}", "summary": text} for number, text in enumerate(written)]
    session.execute(insert(Precedent), rows)
    index.rebuild(session)


def test_every_text_with_the_words_is_found_and_no_other(session, written):
    reviewer = make_user(session, "reviewer")
    fill(session, reviewer, written)
    kept = dict(session.execute(select(SearchEntry.id, Precedent.summary).join(Precedent)).all())
    term = st.one_of(
        st.text(alphabet=ALPHABET.replace(" ", ""), min_size=1, max_size=5),
        st.sampled_from(written).flatmap(
            lambda text: st.integers(0, len(text) - 1).map(lambda at: text[at : at + 4])
        ),
    )

    @settings(max_examples=200, deadline=None)
    @given(wanted=st.lists(term, min_size=1, max_size=3), excluded=st.lists(term, max_size=1))
    def found_are_exactly_those(wanted, excluded):
        typed = " ".join([f'"{one}"' for one in wanted] + [f'-"{one}"' for one in excluded])
        found = set(session.scalars(entries(session, reviewer, parse(typed), Filters())))

        with_words = [one for one in wanted if any(map(str.isalnum, one))]
        without = [one for one in excluded if any(map(str.isalnum, one))]
        assert found == {
            place
            for place, text in kept.items()
            if all(plainly(one, text) for one in with_words)
            and not any(plainly(one, text) for one in without)
        }

    found_are_exactly_those()


def plainly(term: str, text: str) -> bool:
    """Whether a term stands in a text, as one would look by hand: letters and digits as whole words, spaces aside."""
    text, term = ("".join(word_apart(one)) for one in (text, term))
    return term in text


def word_apart(text: str):
    """Letters and digits between marks, spaces gone."""
    last = ""
    for character in [*text.lower(), ""]:
        inside, was = character in "a1" and character != "", last in "a1" and last != ""
        if inside and not was:
            yield "<"
        if was and not inside:
            yield ">"
        last = character
        if not character.isspace():
            yield character


def test_words_of_one_and_two_characters_are_found_and_the_newest_comes_first(session):
    by = make_user(session, "officer")
    old = a_precedent(session, summary="王某违规收受礼金。", decided_on=date(2024, 4, 1))
    new = a_precedent(session, summary="李伟以公款旅游。", decided_on=date(2025, 1, 1))
    undated = a_precedent(session, summary="李伟收受礼金。", decided_on=None)

    assert codes(session, by, "礼金") == [old.code, undated.code]
    assert codes(session, by, "李伟") == [new.code, undated.code]
    assert codes(session, by, "王") == [old.code]
    assert codes(session, by, "公款旅游") == [new.code]
    assert codes(session, by, "款旅 李") == [new.code]
    assert codes(session, by, "礼金 -王某") == [undated.code]
    assert codes(session, by, "公款礼金") == []


@pytest.mark.parametrize(
    "typed",
    [
        '"', '""', "礼金\" OR \"a", "NEAR(礼金 王)", "礼金*", "grams:礼金", "search_grams", "^礼金", "礼金 AND", "NOT 礼金",
        "礼 & 金", "!礼金", "礼金:*", "'礼金'", "礼金'); DROP TABLE search_entries;--", "\\", "<->", "(", ")", "%", "_",
        "-", "+", "{礼金}", "礼金|王", "\u202e礼金", "💥", "\ufeff", "𠮷", "1e999", "　",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_is_syntax_of_the_database(session, typed):
    by = make_user(session)
    kept = a_precedent(session, summary="王某收受礼金。")
    a_precedent(session, summary="与此无关。")

    found = codes(session, by, typed)

    met = parse(typed).met_by(fold(kept.title) + "\n" + fold(kept.summary))
    assert (kept.code in found) == met
    assert session.scalar(select(SearchEntry.id).limit(1))


def test_a_character_that_no_database_keeps_is_dropped_from_a_query(session):
    by, kept = make_user(session), a_precedent(session, summary="王某收受礼金。")

    assert codes(session, by, "礼\0金") == [kept.code]


def test_provisions_and_facts_of_a_precedent_are_found_by_their_words(session):
    by = make_user(session)
    found = a_precedent(session, facts={"purpose": "public", "deaths": 2, "knew_of_prohibition": False})
    a_precedent(session, facts={"purpose": "private"})

    assert codes(session, by, "死亡人数") == [found.code]
    assert codes(session, by, "明知") == []


def test_what_was_never_published_is_found_by_nobody_and_what_was_stays_found(session):
    reviewer = make_user(session, "reviewer")
    for life in ("coding", "proposed", "refused"):
        a_precedent(session, reviewer, life=life, summary="未公布的案情甲乙")
    withdrawn = a_precedent(session, reviewer, life="withdrawn", summary="已公布的案情甲乙")

    assert codes(session, reviewer, "案情甲乙") == [withdrawn.code]
    assert codes(session, reviewer, "案情甲乙", life="alive") == []


def test_filters_narrow_down_what_words_find(session):
    by = make_user(session, "reviewer")
    one = a_precedent(
        session, by, summary="违规收受礼金", region="420581", sector="", decided_on=date(2024, 5, 1),
        facts={"purpose": "public", "deaths": 0},
    )  # fmt: skip
    other = a_precedent(
        session, outcome="hold_accountable", summary="违规收受礼金", decided_on=date(2024, 4, 1)
    )
    found = lambda **filters: set(codes(session, by, "礼金", **filters))  # noqa: E731

    assert found() == {one.code, other.code}
    assert found(outcome="tolerate") == {one.code}
    assert found(tier="own") == {one.code}
    assert found(tier="elsewhere") == {other.code}
    assert found(region="420581") == {one.code}
    assert found(since=date(2024, 4, 20)) == {one.code}
    assert found(until=date(2024, 4, 20)) == {other.code}
    assert found(fact="purpose", value="public") == {one.code}
    assert found(fact="deaths", value=0) == {one.code}
    assert found(issue="disposition", finding="hold_accountable") == {other.code}
    assert set(codes(session, by, "", outcome="hold_accountable")) == {other.code}


def test_a_filter_finds_exactly_what_the_library_lists_by_it(session):
    cast = Cast(session)
    officials = {
        "city": cast.superior_reviewer,
        "county": cast.reviewer,
        "far": make_user(session, "reviewer"),
    }
    for place, by in officials.items():
        for tier in ("guiding", "own", "superior", "elsewhere"):
            a_precedent(session, by, tier=tier, region=place, sector="")
        a_precedent(session, by, outcome="hold_accountable", region=place, life="withdrawn")
    narrow = [{"tier": str(tier)} for tier in Tier] + [
        {"outcome": "tolerate"}, {"life": "withdrawn"}, {"region": "county", "life": "alive"}, {"issue": "disposition"},
        {"issue": "disposition", "finding": "hold_accountable"}, {"fact": "purpose"}, {"fact": "deaths", "value": 0},
        {"since": date(2025, 6, 1)}, {"until": date(2025, 5, 31)}, {"tier": "superior", "outcome": "tolerate"},
    ]  # fmt: skip

    for filters in narrow:
        for by in (cast.officer, cast.superior, officials["far"]):
            found = session.scalars(entries(session, by, parse(""), Filters(**filters)))
            codes = {session.get(SearchEntry, place).precedent_id for place in found}
            assert codes == {one.id for one in library.listing(session, by, **filters)}, filters


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"scope": "users"}, "scope"),
        ({"outcome": "hanged"}, "outcome"),
        ({"life": "proposed"}, "life"),
        ({"tier": "divine"}, "tier"),
        ({"finding": "correct"}, "issue"),
        ({"fact": "no_such"}, "fact"),
        ({"value": True}, "fact"),
        ({"region": "x\0"}, "region"),
        ({"since": date(2024, 1, 2), "until": date(2024, 1, 1)}, "until"),
        ({"sector": "elsewhere"}, "sector"),
        ({"scope": CASES, "stage": "gone"}, "stage"),
    ],
)
def test_a_filter_that_is_no_choice_is_refused_with_its_field(session, filters, field):
    with pytest.raises(BadFields) as bad:
        find(session, make_user(session), "礼金", Filters(**filters))

    assert set(bad.value.errors) == {field}


def test_cases_are_found_by_number_title_name_and_post_and_only_by_who_may_read_them(session):
    cast = Cast(session)
    case = make_case(
        session, cast.officer, title="村道改造", respondent_name="周某某", respondent_unit="青石镇", respondent_post="镇长",
        summary="未取得用地批准。",
    )  # fmt: skip
    make_case(session, cast.officer, title="另一案件")

    for typed in (case.number, "村道", "周某某", "青石镇", "镇长", "用地批准"):
        assert numbers(session, cast.officer, typed) == [case.number]
        assert numbers(session, cast.superior, typed) == [case.number]
    for stranger in (cast.stranger, cast.member):
        found = find(session, stranger, "周某某", ONLY_CASES)
        assert (found.hits, found.total, found.more, found.pages) == ([], 0, False, 1)
    with pytest.raises(NotAllowed):
        find(session, cast.administrator, "周某某", ONLY_CASES)


def test_whoever_is_recused_no_longer_finds_the_case(session):
    cast = Cast(session)
    case = make_case(session, cast.officer, respondent_name="周某某")
    recusal = people.ask_recusal(session, case, cast.chief, cast.officer, "organ", ["interest"], "有人反映")
    assert numbers(session, cast.officer, "周某某") == [case.number]

    people.decide_recusal(session, case, recusal, cast.chief, granted=True)

    assert find(session, cast.officer, "周某某", ONLY_CASES).total == 0
    assert numbers(session, cast.officer2, "周某某") == [case.number]


def test_an_amended_case_is_found_by_its_new_words_alone(session):
    cast = Cast(session)
    case = make_case(session, cast.officer, title="村道改造", respondent_name="周某某")

    intake.amend_case(session, case, cast.officer, seen_version=1, title="水库除险", respondent_name="吴某某")

    assert numbers(session, cast.officer, "水库 吴某某") == [case.number]
    assert numbers(session, cast.officer, "村道") == []
    assert numbers(session, cast.officer, "周某某") == []


def test_evidence_and_notes_are_never_found(session):
    cast = Cast(session)
    case = make_case(session, cast.officer)
    save(session, case, deaths=FactEntry(0, "verified", "证据页码甲", "举报人陈述"))

    for typed in ("举报人陈述", "证据页码甲"):
        assert numbers(session, cast.officer, typed) == []
    assert numbers(session, cast.auditor, case.number) == [case.number]


def test_a_signed_decision_is_found_but_not_by_whoever_owes_a_blind_second_opinion(session):
    cast = Cast(session)
    case = bring(session, cast, Stage.DECIDED)
    decision = session.scalar(select(Decision).where(Decision.case_id == case.id))
    term = f'"{decision.reason[:8]}"'
    assert numbers(session, cast.officer, term) == [case.number]
    assert numbers(session, cast.officer, "", outcome=decision.disposition) == [case.number]

    skip_to(session, case, Stage.REVIEW)  # as after a reversal
    owed = Assignment(
        case_id=case.id,
        user_id=cast.reviewer2.id,
        part=Part.SECOND_REVIEWER,
        by_id=cast.chief.id,
        at=utc_now(),
    )
    session.add(owed)

    assert numbers(session, cast.reviewer2, term) == []
    assert numbers(session, cast.reviewer2, f"{case.number} -{term}") == [case.number]
    assert numbers(session, cast.reviewer2, "", outcome=decision.disposition) == []
    assert numbers(session, cast.officer, term) == [case.number]


def test_a_draft_of_a_decision_is_found_by_nobody(session):
    cast = Cast(session)
    case = bring(session, cast, Stage.PANEL)
    panels.conclude(session, cast, case, current_notice(session, case).disposition)
    draft = panels.draft(session, cast, case)

    assert numbers(session, cast.chief, f'"{draft.reason[:8]}"') == []


def test_a_search_is_logged_with_ids_and_numbers_and_never_with_what_was_typed(session):
    cast = Cast(session)
    case = make_case(session, cast.officer, respondent_name="周某某")

    find(session, cast.officer, "周某某 -无关", ONLY_CASES)

    event = session.scalars(select(Event).order_by(Event.seq.desc())).first()
    assert event.kind == "search.listed"
    assert event.detail["cases"] == [case.number]
    assert (event.detail["terms"], event.detail["without"], event.detail["found"]) == (1, 1, 1)
    assert "周某某" not in str(event.detail)


def test_results_come_page_by_page_and_are_counted_up_to_a_limit(session, monkeypatch):
    by = make_user(session, "reviewer")
    fill(session, by, [f"礼金第{n}件" for n in range(PER_PAGE * 2 + 1)])

    pages = [find(session, by, "礼金", Filters(), page=page) for page in (1, 2, 3, 99)]

    assert [len(page.hits) for page in pages] == [PER_PAGE, PER_PAGE, 1, 1]
    assert {(page.total, page.more, page.pages) for page in pages} == {(PER_PAGE * 2 + 1, False, 3)}
    seen = [hit.precedent.id for page in pages[:3] for hit in page.hits]
    assert len(set(seen)) == len(seen)
    monkeypatch.setattr("casebook.search.find.MOST_COUNTED", 25)
    few = find(session, by, "礼金", Filters(), page=99)
    assert (few.total, few.more, few.pages, len(few.hits)) == (25, True, 2, PER_PAGE)


def test_the_places_found_are_marked_as_they_are_written(session):
    by = make_user(session)
    a_precedent(
        session,
        title="张　三违规收受礼金",
        summary="经查，＜ＡＢＣ＞公司送给张　三礼金若干。" + "余略。" * 60,
    )

    hit = find(session, by, "张三 abc", Filters()).hits[0]

    assert [piece for piece, is_hit in hit.title if is_hit] == ["张　三"]
    pieces = hit.excerpts[0].pieces
    assert [piece for piece, is_hit in pieces if is_hit] == ["ＡＢＣ", "张　三"]
    assert "".join(piece for piece, _ in pieces).startswith("经查，＜ＡＢＣ＞公司")
    assert pieces[-1] == ("…", False)


def test_entries_that_fell_out_of_step_are_named_and_made_anew(session):
    kept, changed, gone = (a_precedent(session) for _ in range(3))
    case = make_case(session, title="村道改造")
    assert index.check(session) == []

    session.execute(delete(SearchEntry).where(SearchEntry.precedent_id == gone.id))
    row = session.scalar(select(SearchEntry).where(SearchEntry.precedent_id == changed.id))
    session.execute(update(SearchEntry).where(SearchEntry.id == row.id).values(text="别的话", grams="别的话"))
    session.execute(
        insert(SearchEntry),
        [
            {
                "id": 5,
                "case_id": case.id,
                "seen_by": "blind",
                "text": "x",
                "grams": "x",
                "tags": "",
                "made_with": "1",
            }
        ],
    )
    session.expire_all()

    found = {(one.what, one.precedent_id, one.case_id) for one in index.check(session)}
    assert found == {
        ("missing", gone.id, None), ("differs", changed.id, None), ("left_over", None, case.id),
    }  # fmt: skip
    index.rebuild(session)
    assert index.check(session) == []
    assert kept.code in codes(session, make_user(session), kept.title)


def test_writing_the_same_again_writes_nothing(session):
    precedent = a_precedent(session)
    before = session.execute(select(SearchEntry.id, SearchEntry.text)).all()

    index.index_precedent(session, precedent)

    assert session.execute(select(SearchEntry.id, SearchEntry.text)).all() == before
    assert index.is_made_with_present_words(session)
