"""The rules as everybody reads them: by instrument, gate, fact, place and words, and one page a rule."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen

from casebook.models import Event
from rules.library import library, shipped_packs
from rules.vocabulary import vocabulary
from tests.web.visitor import Visitor
from web.rulebook import manual
from web.rulebook.shelf import Shelf

VERSIONED = "accountability.forms@2016-07-08"


@pytest.fixture
def reader(client):
    """Somebody without an account."""
    return Visitor(client, "en")


@pytest.fixture
def reader_zh(client):
    return Visitor(client, "zh")


def section(visitor, heading: str) -> str:
    """What stands below a heading, up to the next of its rank."""
    start = next(
        tag for tag in visitor.page.select("h2") if tag.get_text(" ", strip=True).startswith(heading)
    )
    found = []
    for tag in start.find_next_siblings():
        if tag.name == "h2":
            break
        found.append(tag.get_text(" ", strip=True))
    return " ".join(found)


def locks_of(app) -> list:
    """Where the one lock for writing is listed when it is taken; PostgreSQL takes none for reading."""
    engine, taken = app.extensions["casebook.engine"], []
    if engine.dialect.name == "sqlite":
        listen(engine, "begin", taken.append)
    return taken


def links(visitor, start: str) -> set[str]:
    return {link["href"] for link in visitor.page.select("main a") if link["href"].startswith(start)}


def test_every_instrument_that_a_pack_cites_has_a_page_with_all_its_rules(reader):
    reader.get("/rules/instruments")
    addresses = links(reader, "/rules/instruments/")

    rules = {rule.version for pack in shipped_packs().values() for rule in pack.rules}
    assert addresses == {
        f"/rules/instruments/{one.instrument}"
        for pack in shipped_packs().values()
        for one in (*pack.rules, *pack.unruled)
    }
    found = set()
    for address in addresses:
        reader.get(address)
        found |= links(reader, "/rules/")
    assert {f"/rules/{version}" for version in rules} <= found


def test_what_most_rules_come_from_stands_first_and_the_law_of_places_apart(reader):
    reader.get("/rules/instruments")

    country, places = reader.page.select("main table")
    titles = [link.get_text() for link in country.select("th a")]
    assert titles[0] == "Law on Administrative Discipline for Public Officials"
    assert titles[1:5] == [
        f"Regulation on Party disciplinary action ({version})"
        for version in ("2003", "2015 revision", "2018 revision", "2023 revision")
    ]
    assert "The Casebook method (this system's design)" in titles[-2:]  # after the law, much as comes from it
    assert places.find_previous("h2").get_text() == "Cited by packs of a place"
    assert "Zhejiang regulation on the digital economy" in places.get_text()
    assert "Zhejiang" not in country.get_text()

    reader.get("/rules/packs")
    country, places = reader.page.select("main table")
    assert len(places.select("tbody tr")) == sum(pack.local for pack in library().packs.values())
    assert library().packs["method"].title.en in country.get_text()


def test_articles_stand_in_the_order_of_the_instrument(reader_zh):
    reader_zh.get("/rules/instruments/PAR2019")

    articles = [tag.get_text(strip=True) for tag in reader_zh.page.select("h2.cb-sub-heading")]
    places = [
        articles.index(one) for one in ("第十七条第一款第一项", "第十七条第一款第三项", "第十七条第二款")
    ]
    assert places == sorted(places)


def test_the_versions_of_one_instrument_lead_to_each_other(reader):
    reader.get("/rules/instruments/CPD2018")

    assert {f"/rules/instruments/CPD{year}" for year in (2003, 2015, 2023)} <= links(reader, "/rules/")


def test_every_gate_shows_its_steps_with_their_rules_and_how_they_end(reader):
    for step in library().steps:
        reader.get(f"/rules/gates/{step.gate}")
        makers = {
            f"/rules/{rule.version}"
            for pack in library().packs.values()
            for rule in pack.rules
            if f"step.{step.id}" in rule.establishes
        }
        assert makers
        assert makers <= links(reader, "/rules/")
        assert step.title.en in reader.text()


def test_the_vocabulary_shows_every_fact_with_its_help_burden_and_holder(client):
    for language in ("en", "zh"):
        visitor = Visitor(client, language)
        visitor.get("/rules/facts")
        text = visitor.page.get_text()
        for fact in vocabulary().facts.values():
            for expected in (fact.label(language), fact.help(language), fact.holder(language)):
                assert expected in text
            assert visitor.page.select_one(f"#fact-{fact.id}")


@pytest.mark.parametrize("fact_id", ["mental_state", "allegation_basis"])
def test_a_fact_names_every_rule_in_use_that_asks_for_it(reader, fact_id):
    reader.get(f"/rules/facts/{fact_id}")

    asking = {
        f"/rules/{rule.version}"
        for pack in shipped_packs().values()
        for rule in pack.rules
        if rule.enabled and fact_id in rule.reads
    }
    assert asking
    assert asking == {href for href in links(reader, "/rules/") if "@" in href}
    assert vocabulary().facts[fact_id].holder_en in reader.text()


def test_local_packs_are_listed_with_the_codes_of_their_places(reader):
    reader.get("/rules/places")

    local = [pack for pack in library().packs.values() if pack.local]
    assert {f"/rules/packs/{pack.name}" for pack in local} == links(reader, "/rules/packs/")
    assert "410000" in reader.text()


def test_the_packs_are_listed_with_how_many_rules_are_in_force(reader):
    reader.get("/rules/packs", on="2026-11-21")

    for pack in shipped_packs().values():
        assert pack.title.en in reader.text()
    assert reader.value("on") == "2026-11-21"


@pytest.mark.parametrize("path", ["/rules/packs", "/rules/packs/discipline"])
@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "<b>x</b>"])
def test_a_day_that_is_none_is_named_and_today_is_shown(reader, path, day):
    reader.get(path, on=day)

    assert reader.status == 200
    assert "is not a date" in reader.text()
    assert not reader.page.select("main b")


def test_a_pack_shows_the_rules_in_force_on_a_date_and_the_others_apart(reader):
    pack = library().packs["discipline"]
    old = min(rule.effective_from for rule in pack.rules if rule.effective_from and rule.enabled)

    reader.get("/rules/packs/discipline", on=old.isoformat())

    headings = [h.get_text(strip=True) for h in reader.page.select("h2.cb-section-heading")]
    in_force = [rule for rule in pack.rules if rule.enabled and rule.in_force(old)]
    assert headings[0].endswith(f"({len(in_force)})")
    assert any("Not in force on that day" in heading for heading in headings)


def test_a_rule_from_memory_is_marked_as_never_used(reader):
    disabled = [rule for pack in library().packs.values() for rule in pack.rules if not rule.enabled]
    assert disabled, "no pack keeps a rule from memory any more: drop this test"

    reader.get(f"/rules/{disabled[0].version}")

    assert "kept but not used" in reader.text()
    assert reader.text().count("Nobody here has read the text.") == 1
    assert "Last looked at" not in reader.text()  # nobody looked
    assert "proofs it takes part in" not in reader.text()


def test_a_rule_says_in_both_languages_what_it_says(reader):
    rule = library().rule("tolerance.pilot")

    reader.get(f"/rules/{rule.version}")

    assert rule.explain.en in reader.page.select_one("h1").get_text()
    assert reader.page.select_one("main p[lang='zh-CN']").get_text() == rule.explain.zh


def test_a_condition_is_a_list_as_nested_as_it_is(reader_zh):
    rule = library().rule("tolerance.unbarred_trial")

    reader_zh.get(f"/rules/{rule.version}")

    outer = reader_zh.page.find("h2", string="适用条件").find_next("ul")
    items = outer.find_all("li", recursive=False)
    assert [item.find("ul") is None for item in items] == [True, False]
    assert "为下列之一：" in items[0].get_text()
    assert " / " not in items[1].get_text()
    assert len(items[1].select("li")) == 4


def test_what_bars_a_rule_is_told_with_the_way_to_it(reader):
    rule = next(one for one in library().packs["accountability"].rules if one.unless and one.enabled)

    reader.get(f"/rules/{rule.version}")

    assert "It does not apply where" in section(reader, "What stands in its way")
    assert {f"/rules/findings/{name}" for name in rule.unless} <= links(reader, "/rules/findings/")


def test_precedence_is_known_from_both_sides():
    pack = library().packs["tolerance"]
    first, second, *rest = pack.rules
    books = Shelf({"tolerance": replace(pack, rules=(replace(first, overrides=(second.id,)), second, *rest))})

    assert [rule.id for rule in books.displacing[second.id]] == [first.id]


def test_source_article_dates_confidence_and_force_are_told_with_their_meaning(reader):
    reader.get("/rules/tolerance.pilot@2016-01-18")

    told = section(reader, "Where it comes from")
    for expected in ("January 2016", "18 January 2016", "the whole text", "may (可以)", "21 November 2026"):
        assert expected in told


def test_versions_are_told_apart_in_words(reader_zh):
    reader_zh.get(f"/rules/{VERSIONED}")

    told = section(reader_zh, "历次版本")
    assert "不再要求：“情节严重：成立”，或者“情节特别严重：成立”。" in told
    assert "增加措施：诫勉。" in told
    assert "不再列明的措施" in told
    assert "这是此前的版本" in reader_zh.text()


def test_examples_on_both_sides_come_from_the_pack(reader):
    rule = library().rule("tolerance.pilot")
    pack = library().packs["tolerance"]

    reader.get(f"/rules/{rule.version}")

    told = section(reader, "Examples")
    assert "conduct of " in told
    assert "decision of " not in told
    assert any(rule.id in one.fires for one in pack.examples)
    assert "It applies" in told
    assert any(rule.id in one.silent for one in pack.examples)
    assert "It does not apply" in told


def test_the_id_alone_leads_to_the_newest_version(reader):
    newest = library().rule("discipline.light")

    reader.get("/rules/discipline.light")

    assert reader.path == f"/rules/{newest.version}" or reader.response.headers["Location"].endswith(
        newest.version
    )


@pytest.mark.parametrize(
    "path",
    ["/rules/nothing.here", "/rules/packs/none", "/rules/packs/none/diagram", "/rules/gates/G99",
     "/rules/facts/none", "/rules/findings/none", "/rules/instruments/NONE"],
)  # fmt: skip
def test_what_is_not_on_the_shelf_is_not_found(reader, path):
    reader.get(path)

    assert reader.status == 404


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("容错 经验", "tolerance.pilot"), ("TOLERANCE.PILOT", "tolerance.pilot"), ("Inexperience", "tolerance.pilot"),
     ("PAR2019 第十七条第一款第三项", "tolerance.diligent_unforeseeable"), ("ＰＡＲ２０１９ 17(1)(3)", "tolerance.diligent_unforeseeable")],
)  # fmt: skip
def test_rules_are_found_by_words_of_either_language_by_article_and_by_code(reader, asked, expected):
    reader.get("/rules/search", q=asked)

    assert f"/rules/{library().rule(expected).version}" in links(reader, "/rules/")


@pytest.mark.parametrize(
    "asked", ["", " ", "绝无此语", "<script>alert(1)</script>", "%", "a" * 5000, "\u202e"]
)
def test_any_words_may_be_looked_for(reader, asked):
    reader.get("/rules/search", q=asked)

    assert reader.status == 200
    assert not reader.page.select("main script")


def test_nothing_of_the_pages_of_rules_needs_an_account_and_nothing_is_logged(reader, session):
    count = select(func.count()).select_from(Event)
    before = session.scalar(count)
    session.rollback()

    for path in ("/rules", "/rules/packs/method/diagram", f"/rules/{VERSIONED}", "/rules/search?q=容错"):
        reader.get(path)
        assert reader.status == 200

    assert session.scalar(count) == before


@pytest.mark.parametrize(
    "path",
    [
        "/rules",
        "/rules/packs",
        "/rules/writing",
        "/rules/facts/purpose",
        f"/rules/{VERSIONED}",
        "/rules/search?q=容错",
    ],
)
def test_pages_for_everybody_keep_nobody_from_writing(app, reader, session, path):
    """Somebody else holds the lock that all writing needs: a page that asked for it would wait, and break off."""
    session.execute(select(func.count()).select_from(Event))
    began = locks_of(app)

    reader.get(path)

    assert reader.status == 200
    assert began == []


def test_a_rule_that_is_not_there_keeps_nobody_from_writing_either(app, reader):
    began = locks_of(app)

    reader.get("/rules/no.such.rule@2020-01-01")

    assert reader.status == 404
    assert began == []


def test_the_manual_is_read_on_the_site_as_it_stands_in_its_file(reader):
    reader.get("/rules/packs")
    assert "/rules/writing" in links(reader, "/rules/")

    reader.get("/rules/writing")

    assert reader.status == 200
    example = manual.FILE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    assert reader.page.select_one("main pre").get_text() == example
    assert len(reader.page.select("main h1")) == 1
    assert (
        sum(len(steps.select("li")) for steps in reader.page.select("main ol")[:3]) == 10
    )  # the ten steps, and then
    assert all(head.get_text() for head in reader.page.select("main th"))
    told = reader.text()
    for word in ("local.lawful_procedure", "not_in", "despite_duty", "as_prescribed", "T1.tolerable"):
        assert word in told
    assert not reader.page.select("main a[href$='.md']")


def test_the_steps_of_the_manual_are_told_in_the_language_of_the_page_alone(reader):
    reader.get("/rules/writing", lang="en")
    steps = [step.get_text(" ", strip=True) for step in reader.page.select("main > ol > li")][:10]
    assert steps[0] == "Rules, By pack, Rule packs of this site, Draft a pack."
    assert all(steps)
    assert not re.search(r"[\u4e00-\u9fff]", " ".join(steps) + reader.page.select_one("h1").get_text())

    reader.get("/rules/writing", lang="zh")
    assert reader.page.select_one("h1").get_text() == "法律人员怎样写规则"
    assert "任何日期和地区是否符合" in reader.text()  # a line of the file ends within
    assert "Draft a pack" not in reader.text()
    assert "Rules are data" not in reader.text()


def test_the_reference_of_the_manual_is_chinese_where_the_page_is(reader):
    reader.get("/rules/writing", lang="zh")

    told = reader.text()
    assert "条款能够规定什么" in told
    assert "What a clause can say" not in told
    for word in ("local.lawful_procedure", "not_in", "despite_duty", "as_prescribed", "T1.tolerable"):
        assert word in told


def test_a_fact_shows_the_code_of_every_choice(reader):
    for fact_id in ("purpose", "decision_mode", "multiple_violations"):
        fact = vocabulary().facts[fact_id]
        reader.get(f"/rules/facts/{fact_id}")
        codes = [code.get_text() for code in reader.page.select("main li code")]
        assert codes == [choice.value for choice in fact.choices or ()]
    assert any(fact.type == "choices" for fact in vocabulary().facts.values())


def test_a_condition_that_wants_a_finding_to_be_false_does_not_say_unknown(reader):
    reader.get("/rules/distinctions.t3_for_development@2016-01-18")

    assert "does not hold" in section(reader, "What must hold")
    assert "not established" not in section(reader, "What must hold")


def test_every_rule_has_a_page_in_both_languages(app, client):
    """Sampled by pack: one rule of each, and every one with another version."""
    packs = shipped_packs().values()
    first = [pack.rules[0].version for pack in packs if pack.rules]
    several = [
        rule.version
        for pack in packs
        for rule in pack.rules
        if sum(other.id == rule.id for other in pack.rules) > 1
    ]
    for number, version in enumerate(dict.fromkeys(first + several)):
        client.set_cookie("casebook_lang", ("zh", "en")[number % 2])
        assert client.get(f"/rules/{version}").status_code == 200, version


def test_a_finding_leads_to_the_rules_that_make_it_and_to_those_that_read_it(reader):
    reader.get("/rules/findings/tolerable.any")

    assert "/rules/" + library().rule("tolerance.pilot").version not in links(reader, "/rules/")
    reader.get("/rules/findings/tolerance.T-01")
    assert "/rules/" + library().rule("tolerance.pilot").version in section_links(
        reader, "Rules that establish it"
    )
    reader.get("/rules/findings/refer.GRADE")
    assert reader.text().count("GRADE") == 1
    assert "Code: refer.GRADE" in reader.text()


def section_links(visitor, heading: str) -> set[str]:
    start = next(tag for tag in visitor.page.select("h2") if tag.get_text().startswith(heading))
    return {link["href"] for link in start.find_next("ul").select("a")}


def test_help_can_be_read_before_signing_in(client):
    assert client.get("/help").status_code == 200


def test_an_example_is_shown_only_with_the_version_in_force_on_its_day(reader):
    pack = library().packs["accountability"]
    old = next(rule for rule in pack.rules if rule.version == VERSIONED)
    reader.get(f"/rules/{VERSIONED}")

    days = {one.on for one in pack.examples if old.id in one.fires and not old.in_force(one.on)}
    assert days
    after = old.effective_to + timedelta(days=1)
    assert f"of {after.day} {after:%B} {after.year}" not in section(reader, "Examples")


@pytest.mark.parametrize("path", ["/report", "/sign-in", "/help"])
def test_whoever_has_no_account_is_led_to_the_rules(reader, path):
    reader.get(path)

    assert reader.page.select_one("a[href='/rules']")


def test_a_device_without_an_account_forgets_the_language_of_the_rules(client):
    answer = client.get("/rules?lang=en")

    assert "casebook_lang=en" in answer.headers["Set-Cookie"]
    assert "Expires" not in answer.headers["Set-Cookie"]
    assert "Max-Age" not in answer.headers["Set-Cookie"]


def test_a_rule_page_says_from_what_the_pack_excuses_it_and_other_pages_do_not(reader):
    reason = "Without intent or negligence there is no liability"
    versions = {rule.id: rule.version for rule in library().packs["discipline"].rules}

    reader.get(f"/rules/{versions['discipline.repeated']}")
    assert reason in reader.text()
    other = next(
        rule.version
        for rule in library().packs["discipline"].rules
        if rule.enabled and not any(rule.id in one.rules for one in library().packs["discipline"].accepted)
    )
    reader.get(f"/rules/{other}")
    assert reader.status == 200
    assert reason not in reader.text()


def test_the_list_of_packs_leads_to_those_of_the_site_once(as_, people):
    visitor = as_(people.reviewer, "en")
    visitor.get("/rules/packs")

    assert len(visitor.page.select("main a[href='/site-packs']")) == 1


def test_several_values_are_listed_apart_and_a_single_one_is_quoted(reader_zh):
    reader_zh.get("/rules/sanctions.crime_dismissal@2020-07-01")
    assert (
        "刑事程序状态为下列之一：故意犯罪，判处管制以上；过失犯罪，超过三年；剥夺政治权利" in reader_zh.text()
    )

    reader_zh.get("/rules/method.grade_work_discipline_member@2016-10-27")
    assert "行为性质为“违反上班纪律”" in reader_zh.text()


def test_a_version_without_a_first_day_is_in_force_until_its_last(reader_zh):
    reader_zh.get("/rules/corrections.tolerated@method")

    assert "施行期间至2018年5月19日止" in "".join(section(reader_zh, "依据").split())


def test_an_example_has_the_name_that_the_pack_gives_it(reader):
    reader.get("/rules/accidents.denied@2007-06-01")

    assert "stated as no accident although one person died" in section(reader, "Examples")


def test_an_example_without_a_name_in_chinese_says_its_facts(reader_zh):
    reader_zh.get("/rules/accidents.denied@2007-06-01")

    assert "事故等级：无；死亡人数：1人" in "".join(section(reader_zh, "示例").split())


def test_a_chinese_citation_puts_the_instrument_between_its_marks(reader_zh):
    reader_zh.get("/rules/sanctions.crime_dismissal@2020-07-01")

    assert "《中华人民共和国公职人员政务处分法》第十四条第一款" in reader_zh.page.select_one("h1").get_text()


@pytest.mark.parametrize(
    ("language", "days", "people"),
    [
        ("zh", "在2020年7月1日以后（含当日）", "死亡人数达到3 人以上（含本数）"),
        ("en", "on 1 July 2020 or later", "at least 3"),
    ],
)
def test_a_comparison_with_a_day_is_said_of_days_and_one_with_a_number_of_numbers(
    reader, language, days, people
):
    reader.get("/rules/ladder.standstill@2020-07-01", lang=language)
    assert days in reader.text()

    reader.get("/rules/accidents.reaches_larger@2007-06-01", lang=language)
    assert people in reader.text()
