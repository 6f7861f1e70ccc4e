"""The similar-case report: from the last search of the case alone, inert, and never in what the respondent gets."""

from datetime import timedelta

import pytest

from casebook.errors import BadFields, NotAllowed, NotReady
from casebook.models import Paper, Precedent
from casebook.papers.issue import issue, options
from casebook.papers.store import path_of
from casebook.precedents import consult
from casebook.precedents.gate import Answer
from casebook.procedure.dates import today
from tests import panels
from tests.casebook.papers.records import docx_text, pdf_text
from tests.consulted import KNOWN, whole
from tests.factories import save
from tests.panels import CADRE, told
from tests.precedents import a_precedent
from tests.stages import Cast, recommended_case

FACTS = whole(KNOWN) | CADRE
KIND = "similar_case_report"
TITLE = "@标题 #假的|{{ 7919 * 7907 }}<b>村道</b>"
WHY = "# 二、另一标题\n@落款 某机关\n| 甲 | 乙 |\n{{ person.name }}主动停工。"


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def voted(session, cast):
    case = told(session, cast, "tolerate", ["0a"], **FACTS)
    panels.conclude(session, cast, case, "tolerate")
    return case


@pytest.fixture
def binding(session, cast) -> Precedent:
    return a_precedent(session, cast.reviewer, outcome="correct", facts=FACTS, title=TITLE)


def report(session, home, case, by, **fields) -> Paper:
    return issue(session, home, case, KIND, by, fields.pop("on", today()), **fields)


def texts_of(home, paper) -> list[str]:
    return [
        read(path_of(home, paper, form).read_bytes())
        for form, read in (("pdf", pdf_text), ("docx", docx_text))
    ]


def decided(session, cast, case, binding, words=WHY):
    answer = Answer("distinguished", ("mental_state",), words)
    decision = panels.draft(session, cast, case, precedent_reasons={binding.code: answer})
    return panels.sign(session, case, cast.chief, decision)


def test_without_a_search_it_says_to_search_first(session, home, cast, voted):
    with pytest.raises(NotReady) as refused:
        report(session, home, voted, cast.chief)

    assert "尚未进行类案检索" in refused.value.message("zh")
    (option,) = [one for one in options(session, voted) if one.kind.code == KIND]
    assert option.missing
    assert not option.records


def test_a_search_of_an_earlier_version_of_the_case_does_not_do(session, home, cast):
    case = recommended_case(session, cast, **FACTS)
    consult.consult(session, case, cast.officer, today())
    save(session, case, cast.officer, deaths=1)

    with pytest.raises(NotReady) as refused:
        report(session, home, case, cast.officer)

    assert "重新检索" in refused.value.message("zh")


def test_what_is_unknown_beside_each_precedent_is_counted_and_nothing_is_denied_that_is_told_before(
    session, home, cast, binding
):
    unknown = {name: value for name, value in FACTS.items() if name in KNOWN or name in panels.CADRE}
    case = recommended_case(session, cast, **unknown)
    kept = consult.consult(session, case, cast.officer, today())
    (near, *_) = (one for listed in kept.content["issues"][0]["nearest"].values() for one in listed)
    assert len(near["unknown"]) > 3

    for text in texts_of(home, report(session, home, case, cast.officer)):
        flat = "".join(text.split())
        assert f"尚待查明：{len(near['unknown'])}项因素。" in flat
        assert "暂定——如果现在作出决定" in flat
        assert "没有先例约束本案" not in flat


def test_before_the_decision_it_says_that_there_is_none_and_what_to_do(session, home, cast, voted, binding):
    consult.consult(session, voted, cast.reviewer, today())

    for text in texts_of(home, report(session, home, voted, cast.reviewer)):
        assert "本案尚未作出决定" in text
        assert binding.code in text
        assert f"检索人：{cast.reviewer.name}" in text


def test_after_the_decision_it_says_what_was_departed_from_and_why_and_texts_stay_texts(
    session, home, cast, voted, binding
):
    consult.consult(session, voted, cast.reviewer, today())
    decided(session, cast, voted, binding)

    paper = report(session, home, voted, cast.chief)

    for text in texts_of(home, paper):
        assert "偏离下列先例" in text
        assert "区别：本案与该先例有重要不同（主观过错）" in text
        assert "".join(TITLE.split()) in text
        for line in WHY.split("\n"):
            assert "".join(line.split()) in text
        assert "62615533" not in text  # the product, had it been worked out
    kinds = [block["kind"] for block in paper.content["blocks"]]
    assert (kinds.count("title"), kinds.count("signature")) == (1, 1)


def test_what_the_respondent_gets_says_nothing_of_it(session, home, cast, voted, binding):
    consult.consult(session, voted, cast.reviewer, today())
    decided(session, cast, voted, binding, "当事人主动停工。")

    paper = issue(session, home, voted, "tolerance_decision", cast.chief, today())

    for text in texts_of(home, paper):
        assert binding.code not in text
        assert "先例" not in text
        assert "主动停工" not in text


def test_the_search_of_another_case_a_day_before_it_and_another_person_are_refused(
    session, home, cast, voted, binding
):
    other = recommended_case(session, cast, **FACTS)
    theirs = consult.consult(session, other, cast.officer, today())
    consult.consult(session, voted, cast.reviewer, today())

    for fields in ({"ref": f"consultation:{theirs.id}"}, {"on": today() - timedelta(days=1)}):
        with pytest.raises(BadFields):
            report(session, home, voted, cast.chief, **fields)
    with pytest.raises(NotAllowed):
        report(session, home, voted, cast.stranger)


def test_a_text_that_shows_a_complaint_keeps_the_report_from_being_issued(session, home, cast, voted):
    a_precedent(session, cast.reviewer, outcome="correct", facts=FACTS, title="举报人反映的村道")
    consult.consult(session, voted, cast.reviewer, today())

    with pytest.raises(NotReady):
        report(session, home, voted, cast.chief)
