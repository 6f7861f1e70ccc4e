"""The recommendation page: from the stored document alone, every part of it, in both languages, and on paper."""

import hashlib
import re
from datetime import date

import pytest
from sqlalchemy import select

from casebook import events, recommend
from casebook.db import utc_now
from casebook.models import Event, Recommendation, Status
from rules.articles import article_words
from rules.assess import assess
from rules.conduct import Conduct
from rules.library import library
from rules.vocabulary import vocabulary
from tests.factories import save
from tests.web.sample_document import document
from web import recommendation as page
from web.report import Report

PARTS = [
    "why", "ask", "changes", "ledger", "factors", "gates", "redlines", "tolerances", "gravity", "others", "outcomes",
    "corrections", "refer", "presumed", "law", "rules", "record",
]  # fmt: skip


def keep(session, case, by, content) -> Recommendation:
    """Store a document as a recommendation of the case, as it stands."""
    text = recommend.canonical_json(content)
    kept = Recommendation(
        case_id=case.id, seq=1, case_version=case.version, document=text, sha256=hashlib.sha256(text.encode()).hexdigest(),
        disposition=content["disposition"], certainty=content["certainty"], created_by=by, created_at=utc_now(),
    )  # fmt: skip
    events.lock(session)
    session.add(kept)
    session.commit()
    return kept


@pytest.fixture
def sample(session, case, people):
    return keep(session, case, people.officer, document())


def part(visitor, name: str) -> str:
    """The words from one heading of the page to the next."""
    heading = visitor.page.select_one(f"h2#{name}")
    words = []
    for node in heading.find_next_siblings():
        if node.name == "h2":
            break
        words.append(" ".join(node.get_text(" ").split()))
    return " ".join(words)


def address(case, **more) -> str:
    return f"/cases/{case.number}/recommendation"


def test_the_page_says_in_one_line_what_is_recommended_and_how_certain_it_is(visitor, case, sample):
    visitor.get(address(case))

    top = " ".join(visitor.page.select_one(".cb-headline").get_text(" ").split())
    assert "Tolerate (provisional): an unintentional error in a pilot reform" in top
    assert re.search(r"Still possible.*Tolerate.*Correct.*Hold accountable", top)
    assert "A named person decides" in visitor.text()


@pytest.mark.parametrize("printed", [False, True])
def test_facts_that_do_not_go_together_are_pointed_out_on_the_page_and_in_print(
    visitor, case, session, people, printed
):
    facts = {"accident_grade": "ordinary", "deaths": 3, "loss_level": "none", "direct_economic_loss_cny": 5}
    keep(session, case, people.officer, assess(facts, Conduct.parse("2025-03"), date(2026, 11, 21)))

    visitor.client.set_cookie("casebook_lang", "zh")
    visitor.get(address(case) + ("?print=1" if printed else ""))

    why = part(visitor, "why")
    assert "填写的事故等级低于按死亡、重伤人数和直接经济损失计算的等级" in why
    assert "事故等级：一般事故；死亡人数：3人" in "".join(why.split())
    assert "损失程度填“无”" in why


def test_every_part_is_there_and_in_the_contents(visitor, case, sample):
    visitor.get(address(case))

    assert [heading["id"] for heading in visitor.page.select("h2[id]")] == PARTS
    cards = visitor.page.select("details.cb-rule")
    assert cards
    assert all(card.has_attr("data-stays") for card in cards)  # opened for print they took hundreds of sheets
    assert [link["href"] for link in visitor.page.select("nav[aria-label=Contents] a")] == [
        f"#{name}" for name in PARTS
    ]


EXPECTED = {
    "ask": [
        "Yes → Hold accountable",
        "Who usually holds the record",
        vocabulary().facts["knew_of_prohibition"].holder_en,
    ],
    "changes": [vocabulary().facts["lack_of_experience_pilot"].en, "No", "Correct"],
    "ledger": [
        "Central formulation",
        "Plain formulation",
        "Errors from want of experience in pilots",
        "Knowing violations",
        "Turns on:",
    ],
    "factors": [
        "1. Motive and attitude",
        "6. Recovery of loss",
        "Nothing is established under this factor.",
        "it carries no weight either way",
    ],
    "gates": ["G0", "G7", "Decides here", "A ground of tolerance is met."],
    "redlines": [
        "No red line is established.",
        "N-02 Knowing violation",
        "Looked at and not made out (1)",
        "N-01 Personal gain",
    ],
    "tolerances": ["T-01 Early pilots", "Established"],
    "gravity": ["light", "serious", "The two differ."],
    "others": ["Hold accountable G5", "No red line stands."],
    "outcomes": [
        "Warning",
        "12 months",
        "none stated",
        "Still open, until these facts are established:",
        "State sanction",
    ],
    "corrections": ["Mend the rule"],
    "refer": ["C-01 The formulations differ", "Was it knowing?"],
    "presumed": [
        vocabulary().facts["private_gain_self"].en,
        "Not held against anyone until established.",
        "Claimed only",
    ],
    "law": ["26 February 2020", "Governs", "later version", "Old and new law agree."],
    "record": ["durable-rules 2.0.28", "both agree", "350100"],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_part_says_what_the_document_says(visitor, case, sample, name):
    visitor.get(address(case))

    words = part(visitor, name)
    for expected in EXPECTED[name]:
        assert expected in words


def test_every_mention_of_a_rule_leads_to_its_article(visitor, case, sample):
    visitor.get(address(case))

    inside = [link["href"] for link in visitor.page.select("main a[href^='#rule-']")]
    assert len(inside) >= 10
    assert all(visitor.page.select_one(link) for link in inside)
    card = visitor.page.select_one("#rule-sample-pilot").get_text(" ", strip=True)
    for expected in ("Regulation on accountability (2019 revision)", "art. 17(1)(1)", "from 1 September 2019", "Text read in full",
                     "Inexperience in a pilot reform", "found: Yes", "An error made for want of experience"):  # fmt: skip
        assert expected in card


def test_a_rule_known_from_memory_is_never_shown_as_met(visitor, case, sample):
    visitor.get(address(case))

    assert not visitor.page.select("#rule-sample-recalled")
    assert "A rule from memory" not in visitor.text().split("Known from memory only")[0]
    assert (
        "Known from memory only and never used: Regulation on accountability (2019 revision) art. 20"
        in part(visitor, "rules")
    )


def test_an_open_question_leads_to_the_form_for_those_who_may_answer_it(
    visitor, another_browser, people, case, sample
):
    visitor.get(address(case))
    link = f"/cases/{case.number}/facts/key#q-knew_of_prohibition"
    assert link in {a["href"] for a in visitor.page.select("main a")}

    reviewer = another_browser(people.reviewer)
    reviewer.get(address(case))
    assert link not in {a["href"] for a in reviewer.page.select("main a")}


def test_a_certain_recommendation_lists_nothing_as_still_possible(visitor, session, case, people):
    keep(
        session,
        case,
        people.officer,
        document(certainty="certain", reachable=["tolerate"], decisive_unknowns=[], flips=[]),
    )

    visitor.get(address(case))

    assert "Still possible" not in visitor.text()
    assert "No unknown fact can change" in part(visitor, "ask")
    assert "No single change" in part(visitor, "changes")


def test_empty_parts_say_that_they_are_empty(visitor, session, case, people):
    parts = (
        "outcomes",
        "outcomes_open",
        "corrections",
        "refer",
        "presumed",
        "unread",
        "why_not",
        "red_lines",
    )
    keep(session, case, people.officer, document(tolerances=[], law_notes=[], **{name: [] for name in parts}))

    visitor.get(address(case))

    assert "No measure follows" in part(visitor, "outcomes")
    assert "None follows" in part(visitor, "corrections")
    assert "No point has to be referred." in part(visitor, "refer")
    assert "None was needed." in part(visitor, "presumed")


def test_the_page_is_complete_in_chinese(officer_zh, case, sample):
    officer_zh.get(address(case))

    assert "建议容错：改革试点中的无意过失" in officer_zh.text()
    assert officer_zh.page.select_one("h2#ledger").get_text() == "三个区分开来"
    assert "12 个月" in part(officer_zh, "outcomes")
    warning = officer_zh.page.select_one("h2#outcomes").find_next("table").select("tbody tr")[-1]
    assert "警告 应当" in " ".join(warning.get_text(" ").split())
    assert len(warning.select("a")) == 2
    words = officer_zh.page.select_one("main").get_text(" ")
    words = re.sub(r"\S*[0-9a-f]{16,}\S*|\S*sample\S*|OURS-\S+|durable-rules \S+|[A-Z]-?\d+", "", words)
    assert set(re.findall(r"[A-Za-z]{3,}", words)) == set()


def test_an_earlier_recommendation_stays_as_it_was_and_says_that_the_case_has_moved_on(
    visitor, session, case, people, sample
):
    save(session, case, people.officer, deaths=1)
    session.commit()

    visitor.get(address(case) + "/1")

    assert "The case has changed since this recommendation." in visitor.text()
    assert "Tolerate (provisional): an unintentional error" in visitor.text()


def test_a_recommendation_that_does_not_exist_is_not_found(visitor, case):
    visitor.get(address(case))
    assert visitor.status == 404
    assert "has no recommendation" in visitor.text()
    visitor.get(address(case) + "/7")
    assert visitor.status == 404


def test_the_printable_version_has_no_menu_everything_open_and_is_logged(visitor, case, sample, session):
    visitor.get(address(case) + "/1", print="1")

    assert not visitor.page.select("header, footer, nav")
    assert all(fold.has_attr("open") for fold in visitor.page.select("details"))
    assert "Decided by:" in visitor.text()
    assert "王某" in visitor.text()
    kinds = list(session.scalars(select(Event.kind).order_by(Event.seq)))
    assert kinds[-1] == "recommendation.printed"


def test_paper_tells_every_reason_and_of_what_carries_nothing_the_places(visitor, case, session, people):
    facts = {"purpose": "public", "mental_state": "ordinary_negligence", "lack_of_experience_pilot": True}
    kept = assess(facts, Conduct.parse(None), date(2026, 11, 21))
    keep(session, case, people.officer, kept)

    visitor.get(address(case))
    reasons = part(visitor, "why").replace(" ", "")
    visitor.get(address(case), print="1")

    assert part(visitor, "why").replace(" ", "") == reasons
    named = [item.get_text(" ", strip=True) for item in visitor.page.select("main ol > li")]
    for number, unknown in enumerate(kept["decisive_unknowns"]):
        assert vocabulary().facts[unknown["fact"]].en in named[number]
    told = part(visitor, "rules")
    for rule in kept["rules"].values():
        if rule["status"] == "fired" or (rule["status"] == "open" and rule["provisional"] == "fired"):
            assert rule["explain"]["en"] in told
        elif rule["status"] == "open" and rule["confidence"] not in ("DESIGN", "RECALLED"):
            assert rule["explain"]["en"] not in told
            assert rule["source"]["en"] in told
            assert article_words(rule["article"], "en") in told
    law = part(visitor, "law")
    assert 0 < law.count("→") < len(kept["law"])  # versions that give the same stand together
    assert sum(int(count) for count in re.findall(r"\((\d+) versions\)", law)) > 1
    for name, pack in kept["packs"].items():
        assert f"{pack['title']['en']} {pack['digest'][:12]}" in part(visitor, "record"), name


def test_reading_a_recommendation_is_logged(visitor, case, sample, session):
    visitor.get(address(case))

    assert "recommendation.read" in set(session.scalars(select(Event.kind)))


def test_the_page_is_made_from_the_document_without_reasoning_anew(visitor, case, sample, monkeypatch):
    def never(*_arguments, **_options):
        raise AssertionError("the page asked the rules again")

    monkeypatch.setattr(recommend, "assess", never)
    monkeypatch.setattr(page.recommend, "recommend", never)

    visitor.get(address(case))

    assert visitor.status == 200


def test_the_long_part_is_made_once_for_each_language_and_kind_of_reader(
    visitor, another_browser, people, case, sample, app, monkeypatch
):
    monkeypatch.setattr(page, "BODIES_KEPT", 2)
    for _ in range(2):
        visitor.get(address(case))
    assert len(app.extensions["casebook.bodies"]) == 1

    chinese = another_browser(people.reviewer, "zh")
    chinese.get(address(case))
    another_browser(people.reviewer, "en").get(address(case))

    assert len(app.extensions["casebook.bodies"]) == 2
    visitor.get(address(case))
    assert "Motive and attitude" in visitor.text()


def test_an_officer_asks_for_a_recommendation_and_reads_it(visitor, case, session):
    visitor.get(f"/cases/{case.number}/check")

    visitor.send("Get the recommendation")

    assert visitor.path == f"/cases/{case.number}/recommendation/1"
    assert visitor.status == 200
    kept = session.scalar(select(Recommendation).where(Recommendation.case_id == case.id))
    assert kept.content["facts"] == {"purpose": "public", "private_gain_self": False}
    assert kept.content["headline"]["en"] in visitor.text()
    assert kept.sha256 in visitor.text()
    assert f"{vocabulary().facts['purpose'].en} Public" in part(visitor, "factors")
    session.commit()
    visitor.get("/cases")
    assert "Recommendation given" in visitor.text()
    visitor.get(f"/cases/{case.number}")
    assert "Latest recommendation, no. 1" in visitor.text()


def test_a_case_whose_readers_differ_gets_no_recommendation_and_says_so(visitor, case, session, monkeypatch):
    def differ(*_arguments, **_options):
        from rules.assess import ReadersDiffer

        error = ReadersDiffer.__new__(ReadersDiffer)
        error.rules = ["sample.rule"]
        raise error

    monkeypatch.setattr(recommend, "assess", differ)
    visitor.get(f"/cases/{case.number}/check")

    visitor.send("Get the recommendation")

    assert visitor.path == f"/cases/{case.number}"
    assert "two independent evaluations" in visitor.text()
    session.refresh(case)
    assert case.status == Status.WITHHELD
    assert session.scalar(select(Recommendation)) is None


def test_the_answer_page_of_a_published_case_reads_in_both_languages(visitor, case, session, people):
    facts = {"subject_is_party_member": True, "mental_state": "intentional", "purpose": "private", "private_gain_self": True,
             "evidence_status": "sufficient", "knew_of_prohibition": True}  # fmt: skip
    kept = assess(facts, Conduct.parse("2020-09"), date(2026, 11, 21))
    keep(session, case, people.officer, kept)

    for language in ("en", "zh"):
        visitor.client.set_cookie("casebook_lang", language)
        visitor.get(address(case))
        assert visitor.status == 200
        assert kept["headline"][language] in visitor.text()
        assert {"en": "Public Officials art. 33, art. 34", "zh": "第三十三条、第三十四条"}[language] in part(
            visitor, "why"
        )
        places = {element["id"] for element in visitor.page.select("main [id]")}
        missing = {
            link["href"]
            for link in visitor.page.select("main a[href^='#']")
            if link["href"][1:] not in places
        }
        assert missing == set()


def test_a_case_for_a_panel_gives_the_deciding_question_first(visitor, case, session, people):
    order = {"superior_order_followed": True, "objected_to_superior_order": False, "superior_order_manifestly_unlawful": False,
             "conduct_nature": "improper_execution"}  # fmt: skip
    keep(session, case, people.officer, assess(order, Conduct.parse("2025-03"), date(2026, 11, 21)))

    visitor.get(address(case))

    assert "Refer to a panel (provisional): Provisions conflict on whether a shield applies" in visitor.text()
    assert part(visitor, "why").startswith("C-20")
    assert "Tolerate G11 Outcome" in part(visitor, "others")


def test_only_the_first_unknowns_stand_open_and_the_others_keep_their_places(visitor, case, session, people):
    keep(
        session,
        case,
        people.officer,
        assess({"purpose": "public"}, Conduct.parse("2025-03"), date(2026, 11, 21)),
    )

    visitor.get(address(case))

    first, rest = visitor.page.select(".cb-worklist")
    assert [one["value"] for one in first.select("li")] == ["1", "2", "3", "4", "5", "6"]
    assert rest.select_one("li")["value"] == "7"
    assert rest.find_parent("details") is not None


class TestReport:
    """The reading of a document, without a page."""

    @pytest.fixture
    def report(self, app):
        with app.test_request_context("/?lang=en"):
            yield Report(document())

    def test_a_test_on_a_presumed_fact_says_presumed(self, app, report):
        leaf = {"fact": "private_gain_self", "op": "is_not", "value": True, "found": False}
        found = report.because(type(report.rules["sample.loss"])("x", "x", {"because": [leaf]}))

        assert found[0]["found"] == "presumed: No"

    @pytest.mark.parametrize(
        ("leaf", "said"),
        [
            ({"fact": "deaths", "op": "at_least", "value": 3}, "Deaths: at least 3 persons"),
            ({"fact": "decision_mode", "op": "in", "value": ["collective_full", "individual"]},
             "is one of: Collective, full procedure; "),
            ({"fact": "private_gain_self", "op": "is_not", "value": True}, "Gain for oneself: No"),
            ({"fact": "private_gain_self", "op": "is", "value": True}, "Gain for oneself: Yes"),
        ],
    )  # fmt: skip
    def test_a_comparison_is_worded_as_on_the_page_of_its_rule(self, report, leaf, said):
        (found,) = report.because(type(report.rules["sample.loss"])("x", "x", {"because": [leaf]}))

        assert said in found["asked"]

    def test_a_finding_is_named_by_the_document_the_packs_or_the_rule_behind_it(self, report):
        assert report.finding_title("red_line.N-02") == "N-02 Knowing violation"
        assert report.finding_title("T1.tolerable").startswith("T1 Errors")
        assert report.finding_title("gain.private") != "gain.private"
        assert report.finding_title("nobody.knows") == "nobody.knows"

    def test_values_with_the_same_result_are_named_together(self, report):
        unknown = {
            "fact": "mental_state",
            "changes": {"intentional": "refer", "gross_negligence": "refer", "no_fault": "tolerate"},
        }

        assert [(disposition, len(values)) for disposition, values in report.changes(unknown)] == [
            ("refer", 2),
            ("tolerate", 1),
        ]

    def test_numbers_in_the_keys_of_a_table_are_read_as_numbers(self, report):
        unknown = {"fact": "deaths", "changes": {"3": "refer", "0": "tolerate"}}

        assert [values for _, values in report.changes(unknown)] == [["3 persons"], ["0 persons"]]

    def test_an_unknown_part_is_empty_and_a_private_name_is_no_part(self, report):
        assert report.nothing_of_the_kind == ()
        assert not hasattr(report, "_no_such")
        assert not hasattr(report.rules["sample.loss"], "no_such")


def test_the_page_says_which_local_clauses_were_looked_at_and_what_became_of_each(
    visitor, case, session, people
):
    facts = {
        "conduct_sector": "business_environment",
        "expected_goal_unmet": True,
        "within_statutory_authority": False,
    }
    keep(session, case, people.officer, assess(facts, Conduct.parse("2025-03"), date(2026, 11, 21), "370200"))

    visitor.client.set_cookie("casebook_lang", "zh")
    visitor.get(address(case))

    law = part(visitor, "law")
    assert "地方规定 行政区划代码 370200 已按行为地查阅当地的容错规定。" in law
    assert "青岛市地方容错条款" in law
    assert "山东省地方容错条款" in law
    assert "条件具备 优化营商环境工作中出现失误，符合规定条件的" in law
    assert "条款效果：尚缺条件，不能单独据以免责；可以" in law
    assert "条件不具备 乡镇承担配合责任的事项" in law


def test_the_page_says_what_was_read_of_a_place_and_is_no_rule(visitor, case, session, people):
    facts = {"conduct_sector": "free_trade_zone", "expected_goal_unmet": True}
    keep(session, case, people.officer, assess(facts, Conduct.parse("2025-03"), date(2026, 11, 21), "500000"))

    visitor.client.set_cookie("casebook_lang", "zh")
    visitor.get(address(case))

    (unruled,) = library().packs["chongqing"].unruled
    assert f"未适用 {unruled.why.zh}" in part(visitor, "law")


@pytest.mark.parametrize(
    ("region", "said"),
    [
        (None, "行为地未载明，没有考虑任何地方容错规定；未考虑不等于当地没有规定。"),
        ("420000", "行为地未配置地方容错规定，只适用全国性规定；当地如有规定，应当先行录入核对。"),
    ],
)
def test_the_page_says_that_no_local_rule_was_considered(visitor, case, session, people, region, said):
    keep(
        session,
        case,
        people.officer,
        assess({"purpose": "public"}, Conduct.parse("2025-03"), date(2026, 11, 21), region),
    )

    visitor.client.set_cookie("casebook_lang", "zh")
    visitor.get(address(case))

    assert said in part(visitor, "law")
    assert said in part(visitor, "why")
    assert "FACTS" not in visitor.text()  # a name in the packs, no number that anybody cites


def test_an_unknown_place_is_shown_with_the_rules_that_would_hold_there(visitor, case, session, people):
    facts = {
        "conduct_sector": "business_environment", "expected_goal_unmet": True, "within_statutory_authority": True,
        "consistent_with_reform_direction": True, "rule_status_at_time": "discretionary", "decision_mode": "collective_full",
        "due_diligence_performed": True, "purpose": "public", "conduct_nature": "weak_execution",
        "mental_state": "ordinary_negligence", "evidence_status": "sufficient",
    }  # fmt: skip
    keep(session, case, people.officer, assess(facts, Conduct.parse("2025-03"), date(2026, 11, 21)))

    visitor.client.set_cookie("casebook_lang", "zh")
    visitor.get(address(case))

    assert "410000（河南省地方容错条款）" in part(visitor, "ask")
