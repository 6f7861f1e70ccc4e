"""Templates: what they may do, what is refused with its line and reason, and that every version is kept."""

import time

import pytest
from sqlalchemy import select

from casebook import audit
from casebook.errors import BadFields, NotAllowed
from casebook.models import PaperTemplate
from casebook.papers import data, trial
from casebook.papers.issue import issue
from casebook.papers.kinds import KINDS
from casebook.papers.templates import LONGEST, BadTemplate, render, shipped
from casebook.papers.trial import save_template, try_template
from casebook.procedure.dates import today
from tests.casebook.papers import records
from tests.stages import Cast, recommended_case

HEAD = "@标题 题\n"
ATTACKS = {
    "attributes of a class": "{{ ''.__class__.__mro__ }}",
    "attributes of a value": "{{ person.name.__class__ }}",
    "an item with underscores": "{{ person['__class__'] }}",
    "a name with underscores": "{{ _budget }}",
    "a filter that reads attributes": "{{ person.name|attr('x') }}",
    "our own filter for loops": "{{ facts|_bounded }}",
    "a call of a method": "{{ person.name.format(person) }}",
    "a loop without end": "{% for x in range(1000000000) %}x{% endfor %}",
    "a recursive loop": "{% for x in facts recursive %}{{ loop(facts) }}{% endfor %}",
    "a huge text": "{{ 'a' * 1000000000 }}",
    "a huge number": "{{ 9 ** 999999 }}",
    "a widening format": "{{ '%1000000000d' % 1 }}",
    "an assignment": "{% set x = 1 %}",
    "a macro": "{% macro m() %}{{ m() }}{% endmacro %}",
    "an import": "{% import 'os' as os %}",
    "an include": "{% include '/etc/passwd' %}",
    "an inheritance": "{% extends 'base.html' %}",
    "a block of a filter": "{% filter upper %}x{% endfilter %}",
    "a computed item": "{{ person[case.number] }}",
    "a slice": "{{ person.name[0:1] }}",
    "a dictionary": "{{ {'a': 1} }}",
    "a namespace": "{{ namespace() }}",
    "a context": "{% with a = 1 %}{% endwith %}",
    "a name that is not there": "{{ nothing }}",
    "a value that is not there": "{{ person.nothing }}",
    "a list printed whole": "{{ facts }}",
    "a method printed": "{{ person.items }}",
    "a loop over a text": "{% for c in person.name %}{{ c }}{% endfor %}",
    "a loop over a group": "{% for c in person %}{{ c }}{% endfor %}",
    "a syntax error": "{% if %}",
    "an end without a beginning": "{% endif %}",
    "blocks too deep for Python": "{% for a in facts %}" * 30 + "x" + "{% endfor %}" * 30,
    "brackets too deep": "{% if " + "(" * 500 + "1" + ")" * 500 + " %}{% endif %}",
    "a template too long": "字" * (LONGEST + 1),
    "an unknown part": "@题目 x",
    "a row without a table": "| a | b |",
    "a row with too many cells": "@表 50 50\n| a | b | c |",
    "widths that are none": "@表 a b",
    "a heading without words": "#  ",
    "a day that is none": "@日期 今天",
    "a day that the calendar lacks": "@落款 某委\n@日期 2026年13月1日",
    "a number of 15000 digits": "{{ " + "9" * 15000 + " }}",
    "a number beyond all": "{{ 1e999 }}",
    "a numeral beyond ninety-nine": "{{ 1000|numeral }}",
    "more headings than numerals": "# 一\n" * 120,
    "a title longer than a PDF keeps": "@标题 " + "长" * 12000,
    "an article the rules do not have": "《中华人民共和国公职人员政务处分法》第九百条",
    "a word that shows a complaint": "举报人反映",
    "a character without a glyph": "\U00031350",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_template_that_errs_is_refused_with_its_line_and_reason(attack):
    started = time.monotonic()
    with pytest.raises(BadTemplate) as refused:
        try_template("notice", HEAD + attack)

    assert time.monotonic() - started < 30
    assert refused.value.line >= 1
    assert refused.value.reason.zh
    assert f"第 {refused.value.line} 行" in refused.value.message("zh")


def test_the_line_is_that_of_the_fault():
    with pytest.raises(BadTemplate) as refused:
        try_template("notice", "@标题 题\n正文。\n{% for fact in facts %}\n{{ fact.nothing }}\n{% endfor %}")
    assert refused.value.line == 4


def test_loops_within_loops_come_to_an_end():
    many = {"paper": {"number": "1", "on": today()}, "organ": {"head": "机关"}, "facts": ["甲"] * 200}
    inside = (
        "{% for a in facts %}{% for b in facts %}{% for c in facts %}{% endfor %}{% endfor %}{% endfor %}"
    )
    with pytest.raises(BadTemplate, match="repeats more than"):
        render(HEAD + inside, many, red=True)


def test_an_output_without_end_is_cut_off():
    long = {"paper": {"number": "1", "on": today()}, "organ": {"head": "机关"}, "facts": ["甲" * 5000] * 100}
    with pytest.raises(BadTemplate, match="longer than"):
        render(HEAD + "{% for a in facts %}{{ a }}{% endfor %}", long, red=True)


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_template_passes_its_own_trial(kind):
    assert try_template(kind, shipped(kind)).title


@pytest.mark.parametrize("kind", records.KINDS)
def test_the_invented_data_have_the_shape_of_the_real(record, kind):
    real = data.gather(record.session, record.case_of(kind), kind, today()).values
    sample = trial.samples()[kind]["values"]

    assert sample.keys() == real.keys()
    for name, value in real.items():
        _same_shape(sample[name], value, f"{kind}.{name}")


def _same_shape(sample, real, where):
    if real in (None, "", [], ()) or sample is None:
        return
    if isinstance(real, dict):
        assert sample.keys() == real.keys(), where
        for name in real:
            _same_shape(sample[name], real[name], f"{where}.{name}")
    elif isinstance(real, list):
        assert sample, where
        _same_shape(sample[0], real[0], f"{where}[0]")
    else:
        assert type(sample) is type(real), where


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("decision", "复审、复核、申诉期间，不停止本决定的执行"), ("decision", "{{ facts_found }}"),
        ("decision", "@落款 {{ organ.name }}"), ("decision", "### {{ way.name }}"), ("notice", "### {{ fact }}"),
        ("decision", "被处理人{{ person.name }}，工作单位"), ("decision", "认定上述事实的证据有"),
    ],
)  # fmt: skip
def test_what_article_45_asks_for_cannot_be_left_out(kind, line):
    text = shipped(kind)
    found = next(one for one in text.split("\n") if one.startswith(line))
    with pytest.raises(BadTemplate):
        try_template(kind, text.replace(found + "\n", "") + "\n@印发 x")


def test_a_new_version_is_used_from_then_on_and_the_old_ones_stay(session, home):
    cast = Cast(session)
    case = recommended_case(session, cast)
    first = issue(session, home, case, "recommendation_report", cast.officer, today())
    text = shipped("recommendation_report").replace("妥否，请审议。", "以上报告，请予审议。")

    saved = save_template(session, cast.administrator, "recommendation_report", text, "统一结语")
    second = issue(session, home, case, "recommendation_report", cast.officer, today())

    assert (first.template, second.template, saved.version) == ("shipped", "recommendation_report/1", 1)
    assert "以上报告，请予审议。" in str(second.content)
    assert "妥否" in str(first.content)
    save_template(
        session, cast.administrator, "recommendation_report", shipped("recommendation_report"), "恢复"
    )
    assert [one.version for one in trial.versions_of(session, "recommendation_report")] == [2, 1]
    assert audit.verify(session, home).ok


def test_only_an_administrator_saves_a_template_and_gives_a_reason(session):
    cast = Cast(session)
    text = shipped("notice") + "{# 说明 #}"
    for who in ("officer", "reviewer", "chief", "member", "auditor", "superior"):
        with pytest.raises(NotAllowed):
            save_template(session, getattr(cast, who), "notice", text, "理由")
    with pytest.raises(BadFields):
        save_template(session, cast.administrator, "notice", text, "  ")
    with pytest.raises(BadFields, match="not changed"):
        save_template(session, cast.administrator, "notice", shipped("notice"), "理由")
    with pytest.raises(BadFields):
        save_template(session, cast.administrator, "charter", text, "理由")
    with pytest.raises(BadTemplate):
        save_template(session, cast.administrator, "notice", text + "{{ nothing }}", "理由")
    assert session.scalar(select(PaperTemplate)) is None
