"""Every page of the site that somebody can come to, and how they come to it."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

from playwright.sync_api import expect
from sqlalchemy import select

from casebook import commitment, talks
from casebook.changes import FactEntry
from casebook.clocks import calendar, changes, deadlines
from casebook.models import Role, RuleUse, Stage, Status
from casebook.precedents import ageing, exchange, publish, quiz
from casebook.precedents.entering import Finding, Found
from casebook.procedure import answers, correct, personal_link
from casebook.procedure.dates import today
from casebook.recommend import recommend
from fixtures.load import published_cases
from rules.library import library
from rules.vocabulary import vocabulary
from tests import appealed, hearings, panels, proposals
from tests.casebook.precedents.test_ageing import WATER
from tests.consulted import consulted
from tests.factories import attach, make_case, make_organisation, make_user, save
from tests.journeys.accused import accused
from tests.journeys.cleared import cleared
from tests.journeys.dealt_with import dealt_with
from tests.journeys.opened import opened
from tests.journeys.packed import packed
from tests.journeys.returned import returned
from tests.journeys.reviewed import reviewed
from tests.journeys.screened import screened
from tests.journeys.viewed import viewed
from tests.journeys.window import Window
from tests.panels import GRAVE, told
from tests.precedents import TOLERATED, a_precedent
from tests.stages import bring, recommended_case, skip_to
from web.config import LARGEST_REQUEST, MEGABYTE
from web.sections import KEY, is_asked

UNBROKEN = "scanned-page-whose-name-nobody-broke-anywhere_2026-11-21_0001"
PUBLISHED = next(row for row in published_cases() if row["id"] == "CN-036")

Come = Callable[[Window, SimpleNamespace], object]


def furnish(session, home) -> SimpleNamespace:
    """Fill a store with what the pages show at their fullest; returns the numbers that addresses need."""
    organ = make_organisation(
        session, code="YS", name_zh="云山市纪律检查委员会", name_en="Yunshan commission"
    )
    people = {
        str(role): make_user(session, role, organisation=organ, login=str(role), name=f"欧阳经办{letter}")
        for role, letter in zip(Role, "甲乙丙丁戊己庚", strict=True)
    }
    officer = people["officer"]
    people["colleague"] = make_user(session, organisation=organ, login="colleague", name="同事甲")
    make_user(session, login="newcomer")
    for number in range(26):
        make_case(session, officer, title=f"第{number}号：乡镇道路改造未批先建")
    withheld = make_case(session, officer, title="规则评估不一致的案件")
    withheld.status = Status.WITHHELD
    empty = make_case(session, officer, title="刚刚建立的案件")
    contested = make_case(session, officer, title="两人同时填写的案件")
    full = make_case(
        session, officer, title=f"为抢工期未经招标先行开工并经集体研究决定 {UNBROKEN}", respondent_name="欧阳某某",
        respondent_unit="某市某区街道办事处城市建设管理服务中心", respondent_post="党组书记、主任",
        summary=PUBLISHED["summary_zh"], conduct=PUBLISHED["conduct_date"], region="420581",
    )  # fmt: skip
    save(session, full, **PUBLISHED["facts"])
    recommend(session, full, officer, date(2026, 11, 20))
    save(
        session, full, loss_level="none", direct_economic_loss_cny=120000.5,
        deaths=FactEntry(1, "claimed", f"卷二第31页 {UNBROKEN}", "家属陈述，未见医学证明"),
        knew_of_prohibition=FactEntry(True, "disputed"),
    )  # fmt: skip
    attach(session, home, full, filename=f"{UNBROKEN}.txt", fact_id="deaths")
    recommend(session, full, officer, date(2026, 11, 21))
    large_file = home.path / "large.pdf"
    with large_file.open("wb") as file:
        file.truncate(LARGEST_REQUEST + MEGABYTE // 2)  # beyond that the server itself hangs up
    store = SimpleNamespace(
        session=session, large_file=large_file, contested=contested, colleague=people["colleague"],
        numbers={"full": full.number, "empty": empty.number, "withheld": withheld.number},
    )  # fmt: skip
    store.numbers |= put_right(session, home, people)
    store.numbers |= shelved(session, people)
    store.numbers |= reviewed(session, people)
    store.numbers |= discussed(session, home, people)
    store.numbers |= appealed_against(session, people)
    store.numbers |= heard(session, home, people)
    store.numbers |= timed(session, full, people)
    store.numbers |= consulted(session, people)
    store.numbers |= aged(session, people)
    store.numbers |= on_the_way(session, people)
    store.numbers |= screened(session, home, people, UNBROKEN)
    store.numbers |= accused(session, home, people, UNBROKEN)
    store.numbers |= dealt_with(session, home, people, UNBROKEN)
    store.numbers |= opened(session, home, people, UNBROKEN)
    store.numbers |= returned(session, home, people, UNBROKEN)
    store.numbers |= cleared(session, people, UNBROKEN)
    store.numbers |= packed(session, people, full, UNBROKEN)
    store.numbers |= viewed(session, people, UNBROKEN)
    used = select(RuleUse.rule).where(RuleUse.case_id == full.id)
    store.numbers["rule_used"] = session.scalars(used.order_by(RuleUse.rule)).first()
    session.commit()  # nothing is read after it: whoever reads holds up everyone else's writing
    return store


def on_the_way(session, people) -> dict[str, object]:
    """A decision that may be proposed as a precedent; proposals to be coded, settled and amended."""
    organ = people["officer"].organisation
    cast = SimpleNamespace(
        **people, officer2=people["colleague"], reviewer2=make_user(session, "reviewer", organisation=organ),
        member=people["panel"],
    )  # fmt: skip
    uncoded = proposals.proposed(session, cast, title="汛期抢修桥涵未履行招标程序")
    differing = proposals.proposed(session, cast, title="未经公示调整补贴标准")
    proposals.second_coded(session, cast, differing, mental_state="gross_negligence", deaths=None)
    returned = proposals.proposed(session, cast)
    publish.refuse(session, returned, people["chief"], why="说理过简，请补充施工经过。", on=today())
    return {
        "proposable": proposals.settled_case(session, cast, office_tier="main_leader").number, "uncoded": uncoded.code,
        "differing": differing.code, "refused_proposal": returned.code,
    }  # fmt: skip


def aged(session, people) -> dict[str, object]:
    """A precedent that a law flipped and one not decided again yet; practice of a whole organ."""
    flipped = a_precedent(
        session, people["reviewer"], code="YS-先例〔2019〕3号", title="河道断面水质长期不达标", outcome="correct",
        facts=WATER, conduct="2019-03", decided_on=date(2019, 7, 1), current=False,
    )  # fmt: skip
    ageing.replay(session, flipped, today())
    one, other = (a_precedent(session, people["reviewer"], title="未批先建村道") for _ in range(2))
    organ = people["officer"].organisation
    takers = [people["officer"], *(make_user(session, organisation=organ) for _ in range(9))]
    for number, taker in enumerate(takers):
        outcome = "correct" if number % 2 else "tolerate"
        quiz.answer(session, taker, one.id, outcome=outcome, reasons=["mental_state"], words="尽到了注意义务")
    return {"answered": one.id, "asked": other.id}


def shelved(session, people) -> dict[str, object]:
    """A precedent with something everywhere, one taken out, and an import that waits for the chief."""
    full = a_precedent(
        session, people["reviewer"], title=f"为抢工期未经招标先行开工 {UNBROKEN}", tier="elsewhere", region="江苏", notes="酌情",
        holding="程序有缺陷，未造成损失，主动改正。\n不再追究。", measure="批评教育", collective=True, source_title=UNBROKEN,
        articles=[{"instrument": "PAR2019", "article": "第十七条"}], paragraphs=["第三段", "第四段"],
        facts={**TOLERATED, "deaths": Found(None, "unknown", "stated", UNBROKEN)},
        issues={"T1": Finding("tolerate", ["mental_state"], ["knew_of_prohibition"], f"说理 {UNBROKEN}")},
    )  # fmt: skip
    a_precedent(session, people["reviewer"], life="withdrawn")
    row = {
        "code": f"GX-1-{UNBROKEN}"[:60], "title": UNBROKEN, "summary": "事实", "outcome": "correct", "body": "某市纪委监委",
        "tier": "typical", "source_title": "典型案例通报", "facts": {"purpose": "public"},
    }  # fmt: skip
    content = json.dumps(row).encode()
    taken = exchange.import_precedents(session, people["reviewer"], content, "a.jsonl", on=today())
    (batch,) = exchange.batches(session, people["chief"])
    return {"shelved": full.code, "imported": taken[0].code, "batch": batch.number}


def put_right(session, home, people) -> dict[str, object]:
    """A case in force with a correction in each state, talks and a commitment record; the numbers of its pages."""
    officer, chief, day = people["officer"], people["chief"], today()
    case = recommended_case(session, SimpleNamespace(officer=officer), formal_approval_missing=True)
    skip_to(session, case, Stage.IN_FORCE)
    words = {"responsible": "周某", "unit": "青石镇人民政府城乡建设和自然资源办公室", "today": day}

    def order(**fields):
        wanted = {
            "error_code": "approval_missing", "error": "未取得用地批准先行开工，涉及村道改造0.8公里",
            "measure_code": "formalities", "measure": "补办用地审批手续，补齐施工许可并公示", **words, **fields,
        }  # fmt: skip
        return correct.order(session, case, officer, due_on=day + timedelta(days=60), **wanted)

    def done(correction):
        file = attach(session, home, case, by=officer, filename=f"{UNBROKEN}-{correction.id}.txt")
        return correct.report_done(
            session, case, officer, correction.id, done_on=day, words="已取得县自然资源局批复并在村务公开栏公示",
            attachment_id=file.id, today=day,
        )  # fmt: skip

    def verified(correction, **fields):
        checked = {"passed": True, "words": "已核对批复原件", "verified_on": day, "today": day, **fields}
        return correct.verify(session, case, chief, correction.id, **checked)

    verified(done(order()))
    first = verified(
        done(order(error_code="hazard", measure_code="hazard")), passed=False, failure_code="partly"
    )
    again = verified(done(order(follows_id=first.id)), passed=False, failure_code="recurred")
    waiting, still_open = (
        done(order(error_code="loss", measure_code="recover_loss")),
        order(error_code="other"),
    )
    talk = talks.record(
        session, case, officer, kind="reminder", person="周某", held_on=day, held_by="县纪委监委第三纪检监察室 李主任",
        purpose="提醒规范审批手续", raised="先建后批问题的原因和认识", promised="一个月内补齐手续", today=day,
        follow_up_on=day + timedelta(days=30),
    )  # fmt: skip
    for channel in commitment.CHANNELS:
        commitment.note(
            session, case, officer, channel=channel, observed_on=day, source="2026年度第3号材料", text="防汛期间带队值守", today=day
        )  # fmt: skip
    return {
        "righted": case.number, "open": still_open.id, "waiting": waiting.id, "failed": again.id, "talk": talk.id,
    }  # fmt: skip


def discussed(session, home, people) -> dict[str, object]:
    """Cases before the panel: not seated, a vote out, minutes closed, a draft to sign, and one signed and closed."""
    second = make_user(session, "panel", organisation=people["officer"].organisation, name="欧阳委员")
    cast = SimpleNamespace(**people, home=home, member=people["panel"], member2=second, born=None)
    numbers = {}
    steps = {
        "unseated": lambda case: None,
        "voting": lambda case: panels.meet(session, cast, case),
        "minuted": lambda case: panels.conclude(session, cast, case, "hold_accountable", "correct", "hold_accountable"),
        "drafted": lambda case: panels.draft(session, cast, case, "P2", "G2", "G1", "3"),
        "signed": lambda case: panels.sign(
            session, case, cast.chief, panels.draft(session, cast, case, "P2", "G2", "G1", "3")
        ),
    }  # fmt: skip
    for name, step in steps.items():
        case = told(session, cast, "hold_accountable", ["P2", "G3", "7c", "3"], **GRAVE)
        if name in ("drafted", "signed"):
            panels.conclude(session, cast, case, "hold_accountable")
        step(case)
        numbers[name] = case.number
    panels.serve(session, cast, case, "person")
    case = bring(session, cast, Stage.CORRECTED)
    return {**numbers, "corrected": case.number}


def appealed_against(session, people) -> dict[str, object]:
    """A decision nobody has appealed against yet, an appeal to be decided, a late one, and one that ended in a reversal."""
    calendar.seed(session, None)
    organ = people["officer"].organisation
    fresh = make_user(session, "panel", organisation=organ, login="fresh", name="欧阳复审")
    cast = SimpleNamespace(
        **people, officer2=people["colleague"], reviewer2=make_user(session, "reviewer", organisation=organ),
        member=people["panel"], superior=people["chief"], superior_member=fresh,
    )  # fmt: skip
    made = {
        name: appealed.decided(session, cast, ("G2", "P1"), **appealed.MEMBER)
        for name in ("unappealed", "appealed", "belated", "reversed")
    }
    waiting = appealed.file(
        session, cast, made["appealed"], grounds=f"对情节认定不服，理由详见申请书 {UNBROKEN}"
    )
    appealed.assign(session, cast, made["appealed"], waiting)
    late = {"filed_on": date(2026, 10, 30), "late_code": "force_majeure", "late_reason": "洪水封路"}
    belated = appealed.file(session, cast, made["belated"], **late)
    turned = appealed.file(session, cast, made["reversed"])
    decider = appealed.assign(session, cast, made["reversed"], turned)
    appealed.decide(
        session, made["reversed"], turned, decider, outcome="revoke", ground_code="facts_unclear",
        anew=appealed.anew("hold_accountable"),
    )  # fmt: skip
    numbers = {name: case.number for name, case in made.items()}
    return {**numbers, "appeal": waiting.id, "late_appeal": belated.id, "turned": turned.id}


def heard(session, home, people) -> dict[str, object]:
    """A case to be told, and one told with answers of every kind and a personal link; number and code of the link."""
    cast = SimpleNamespace(**people)
    untold, case = hearings.at_hearing(session, cast), hearings.at_hearing(session, cast)
    notice = hearings.told(session, cast, case, measures=["P1", "G2"])
    first, second, third = notice.points[:3]
    paper = attach(session, home, case, by=cast.officer, filename=f"{UNBROKEN}-statement.txt")
    given = {
        first.id: answers.AnswerEntry("disputes", f"台账系按要求补记，并非造假。\n见会议纪要 {UNBROKEN}"),
        second.id: answers.AnswerEntry("agrees"),
    }
    answers.enter_answers(session, case, cast.officer, given, how="paper", attachment=paper)
    answers.weigh(
        session, case, first.answers[0], cast.reviewer, adopted="partly", checked="核对会议纪要原件，询问分管领导",
        reason="补记属实，予以采纳；日期与纪要不符，不予采纳。",
    )  # fmt: skip
    said = {third.id: answers.AnswerEntry("partly", "适用条款有异议")}
    answer = answers.enter_answers(session, case, cast.officer, said, how="spoken")[0]
    _, token, code = personal_link.create_link(session, case, cast.officer)
    return {"untold": untold.number, "heard": case.number, "answer": answer.id, "token": token, "code": code}


def timed(session, case, people) -> dict[str, object]:
    """Deadlines of every kind: late, soon, without a day, paused and done."""
    officer, chief, now = people["officer"], people["chief"], today()
    calendar.seed(session, None)
    deadlines.start(session, case, "submitted", now, officer)
    deadlines.start(session, case, "filed", now - timedelta(days=170), officer)
    deadlines.start(session, case, "complaint_concluded_named", date(now.year, 12, 24), officer)
    late = deadlines.set_own(
        session,
        case,
        f"督促镇政府补办用地手续 {UNBROKEN}",
        now - timedelta(days=2),
        officer,
        on=now - timedelta(days=9),
    )
    still = deadlines.set_own(session, case, "复核施工合同", now + timedelta(days=9), officer, on=now)
    changes.pause(session, case, still.id, chief, on=now, reason=f"合同原件在审计局 {UNBROKEN}", today=now)
    return {"late": late.id, "still": still.id}


def at(path: str, status: int = 200) -> Come:
    """Type the address."""

    def come(window: Window, store: SimpleNamespace) -> None:
        assert window.go(path.format(**store.numbers)) == status

    return come


def send(window: Window, button: tuple[str, str], status: int) -> None:
    """Press the button of a form, and wait for the page that answers."""
    with window.page.expect_navigation() as answer:
        window.button(button).first.click()
    assert answer.value.status == status


def press(path: str, button: tuple[str, str], status: int = 422) -> Come:
    """Open a form and send it as it is."""

    def come(window: Window, store: SimpleNamespace) -> None:
        at(path)(window, store)
        send(window, button, status)

    return come


def takes_out_without_a_reason(window: Window, store: SimpleNamespace) -> None:
    at("/precedents/{shelved}")(window, store)
    window.page.locator("main summary").last.click()
    send(window, ("出库", "Take it out"), 422)


def words_for_numbers(window: Window, store: SimpleNamespace) -> None:
    at("/cases/{full}/facts/consequences")(window, store)
    window.answer("deaths", "三人")
    window.answer("serious_injuries", "-")
    send(window, SAVE, 422)


def a_colleague_was_faster(window: Window, store: SimpleNamespace) -> None:
    number, seen = store.contested.number, store.contested.version
    store.session.commit()
    window.go(f"/cases/{number}/facts/consequences")
    theirs = FactEntry(seen, "documented", "卷三", "现场笔录")
    save(store.session, store.contested, store.colleague, seen, deaths=theirs)
    store.session.commit()
    window.answer("deaths", "0")
    send(window, SAVE, 409)


def behind_the_link(window: Window, store: SimpleNamespace) -> None:
    at("/answer/{token}")(window, store)
    if window.page.locator("#code").count():  # asked once in half an hour
        window.page.locator("#code").fill(store.numbers["code"])
        with window.page.expect_navigation():
            window.button(("继续", "Continue")).first.click()


def nothing_said(window: Window, store: SimpleNamespace) -> None:
    behind_the_link(window, store)
    send(window, ("提交", "Send to the organ"), 422)


def asks_to_be_cleared(window: Window, store: SimpleNamespace) -> None:
    behind_the_link(window, store)
    at("/answer/{token}/clearance")(window, store)


def obtained_without_an_answer(window: Window, store: SimpleNamespace) -> None:
    at("/cases/{unsubmitted}/worklist")(window, store)
    window.page.locator(".cb-worklist details > summary").first.click()
    send(window, ("填写并重新计算", "Enter and work the list out again"), 422)


def too_large_a_file(window: Window, store: SimpleNamespace) -> None:
    at("/cases/{full}/files")(window, store)
    window.page.evaluate("delete document.body.dataset.mostBytes")  # else it would be named before it is sent
    window.page.locator("input[type=file]").set_input_files(store.large_file)
    send(window, HAND_IN, 413)
    expect(window.button("sign out")).to_be_visible()


def a_report(window: Window, store: SimpleNamespace) -> None:
    """The second page of a report, all that may be said filled in."""
    at("/report/form")(window, store)
    page = window.page
    if page.locator("input[name=organ][type=radio]").count():
        page.locator("input[name=organ]").first.check()
    for name, words in {
        "about_name": "欧阳某某", "about_unit": "某市某区街道办事处城市建设管理服务中心", "text": f"台账造假\n{UNBROKEN}",
        "since": "2025年春", "earlier": UNBROKEN, "name": "钟离望舒", "contact": UNBROKEN, "care_words": "怕被调走",
    }.items():  # fmt: skip
        page.locator(f"#{name}").fill(words)
    page.locator("input[name=naming][value=real_name]").check()
    page.locator("input[name=care]").first.check()
    send(window, ("下一步：附件与核对", "Continue to files"), 200)


def a_bad_file(window: Window, store: SimpleNamespace) -> None:
    a_report(window, store)
    files = [(f"{UNBROKEN}.txt", b"text"), (f"{UNBROKEN}.exe", b"MZ")]
    window.page.locator("#file").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": content} for name, content in files]
    )
    send(window, ("上传所选文件", "Add these files"), 422)


def a_receipt(window: Window, store: SimpleNamespace) -> None:
    a_report(window, store)
    send(window, ("提交检举控告", "Send the report"), 200)
    store.numbers["receipt"] = window.page.locator("#receipt").inner_text().replace("\n", "")


def behind_the_receipt(window: Window, store: SimpleNamespace) -> None:
    if "receipt" not in store.numbers:
        a_receipt(window, store)
    at("/report/status")(window, store)
    if window.page.locator("#receipt").count():  # asked once in half an hour
        window.page.locator("#receipt").fill(store.numbers["receipt"])
        send(window, ("继续", "Continue"), 200)


def nothing_written(window: Window, store: SimpleNamespace) -> None:
    behind_the_receipt(window, store)
    send(window, ("提交", "Send"), 422)


UNRULED = next(
    code for pack in library().packs.values() for code in pack.sources
    if not any(rule.instrument == code for each in library().packs.values() for rule in each.rules)
)  # fmt: skip
SAVE, HAND_IN = ("保存并继续", "Save and continue"), ("上传", "Hand in")
NOT_USED = next(rule.version for pack in library().packs.values() for rule in pack.rules if not rule.enabled)
ASKED = {fact.section for fact in vocabulary().facts.values() if is_asked(fact)}
SECTIONS = [KEY, *(section.id for section in vocabulary().sections if section.id in ASKED)]


# Name of the place: who comes there (None: nobody signed in), and how.
def searches(scope: str, typed: str, status: int = 200) -> Come:
    def come(window: Window, store: SimpleNamespace) -> None:
        at(f"/search?scope={scope}")(window, store)
        window.page.fill("input[name=q]", typed)
        send(window, ("检索", "Search"), status)

    return come


PLACES: dict[str, tuple[str | None, Come]] = {
    "the desk": ("receiver", at("/complaints?whose=all")),
    "complaints to be assigned": ("chief", at("/complaints?whose=all")),
    "an assignment of nothing": ("chief", press("/complaints?whose=all", ("指定", "Assign"))),
    "a letter to be entered": ("receiver", at("/complaints/new")),
    "a letter without anything": ("receiver", press("/complaints/new", ("登记并密封", "Enter and seal"))),
    "the original beside the form": ("receiver", at("/complaints/{unscreened}/screening")),
    "a screening without anything": (
        "receiver",
        press("/complaints/{unscreened}/screening", ("保存登记审查", "Keep the screening")),
    ),
    "a screening that is kept": ("receiver", at("/complaints/{acceptable}/screening")),
    "a transfer without an organ": (
        "receiver",
        press("/complaints/{elsewhere}/screening", ("转送", "Pass on")),
    ),
    "a period that runs": ("officer", at("/cases/{running}/period")),
    "a period that is over": ("officer", at("/cases/{over}/period")),
    "a telling without words": (
        "officer",
        press("/cases/{over}/period", ("登记告知", "Enter that the person was told")),
    ),
    "returns to office": ("officer", at("/returns")),
    "a report asking to return": ("officer", at("/cases/{over}/period/return")),
    "a return to be approved": ("chief", at("/returns/{return}")),
    "an approval without words": (
        "chief",
        press("/returns/{return}", ("登记意见", "Enter the opinion")),
    ),
    "conditions of a return": ("officer", at("/returns/{return}")),
    "the register of clearances": ("chief", at("/clearances")),
    "a search of the register that finds nothing": ("chief", at("/clearances?q=%3Cscript%3E&due=late")),
    "a clearance being carried out": ("officer", at("/clearances/{clearance}")),
    "a clearance opened on request": ("officer", at("/clearances/{clearance_opened}")),
    "a clearance to be re-checked": ("reviewer", at("/clearances/{clearance_proposed}")),
    "a re-check with nothing said": (
        "reviewer",
        press("/clearances/{clearance_proposed}", ("提交复核意见", "Enter the re-check")),
    ),
    "a clearance to be signed": ("chief", at("/clearances/{clearance_checked}")),
    "a clearance signed with nothing": (
        "chief",
        press("/clearances/{clearance_checked}", ("签署", "Sign")),
    ),
    "a clearance that is closed": ("auditor", at("/clearances/{clearance_closed}")),
    "a clearance opened again": ("officer", at("/clearances/{clearance_again}")),
    "opening a clearance again for nothing": (
        "officer",
        press("/clearances/{clearance_closed}/reopening", ("重新启动", "Open it again")),
    ),
    "what waits in clearances": ("officer", at("/clearances?whose=waiting")),
    "clearance in a case": ("officer", at("/cases/{over}/clearance")),
    "the history of a clearance": ("auditor", at("/clearances/{clearance}/history")),
    "proposing a clearance": ("officer", at("/complaints/{to_clear}/clearance")),
    "proposing a clearance of nothing": (
        "officer",
        press("/complaints/{to_clear}/clearance", ("提交复核", "Hand in for the re-check")),
    ),
    "an opinion that was found faulty": ("officer", at("/clearances/{clearance_faulted}/opinion")),
    "a recipient who was told": ("officer", at("/clearances/{clearance}/reach/{told_row}")),
    "a recipient to be told": (
        "officer",
        press("/clearances/{clearance}/reach/{waiting_row}", ("登记澄清情况", "Enter the correction")),
    ),
    "a recipient found late": ("chief", at("/clearances/{clearance}/reach/{late_row}")),
    "a repair without its result": (
        "officer",
        press("/clearances/{clearance}/repairs/{repair}", ("登记办理结果", "Enter the result")),
    ),
    "filing in advance": (None, at("/advance-filing")),
    "filing nothing": (None, press("/advance-filing", ("提交报备", "File it"))),
    "proving a filing": (None, at("/advance-filing/check")),
    "proving nothing": (None, press("/advance-filing/check", ("核验", "Check it"))),
    "the register of filings": ("officer", at("/filings")),
    "a filing that is evidence": ("officer", at("/filings/{filing}")),
    "a filing to be linked": ("officer", at("/filings/{addition}")),
    "a case with a filing": ("officer", at("/cases/{evidenced}/files")),
    "facts beside a filing": ("officer", at("/cases/{evidenced}/facts/procedure")),
    "a complaint with a task of protection": ("officer", at("/complaints/{complaint_handling}")),
    "a complaint with an objection": ("chief", at("/complaints/{complaint_told}")),
    "a complaint that was sent up": ("receiver", at("/complaints/{complaint_stub}")),
    "a disposition to be approved": (
        "chief",
        at("/complaints/{complaint_proposed}/step/disposition-approval"),
    ),
    "findings to be entered": ("officer", at("/complaints/{complaint_handling}/step/findings")),
    "findings, nothing filled in": (
        "officer",
        press("/complaints/{complaint_handling}/step/findings", ("报主要负责人", "Lay it before the chief")),
    ),
    "a complaint to be concluded": ("chief", at("/complaints/{complaint_found}/step/conclusion")),
    "acceptance to be told": ("receiver", at("/complaints/{complaint_told}/step/acceptance")),
    "a message without an opening": ("receiver", at("/complaints/{complaint_handling}/step/message")),
    "an objection to be entered": (
        "receiver",
        press("/complaints/{complaint_told}/step/objection", ("登记", "Enter it")),
    ),
    "telling the respondent": ("officer", at("/complaints/{complaint_told}/step/respondent")),
    "a complaint as its auditor sees it": ("auditor", at("/complaints/{complaint_told}")),
    "what was found of the author": ("officer", at("/complaints/{complaint_told}/step/author")),
    "a clue of retaliation": ("receiver", at("/complaints/{complaint_handling}/step/protection-clue/{task}")),
    "publicity without consent": (
        "receiver",
        press("/complaints/{complaint_told}/step/publicity", ("登记", "Note it"), 409),
    ),
    "no false accusation": ("officer", at("/complaints/{unaccused}/false-accusation")),
    "proposing a false accusation, nothing filled in": (
        "officer",
        press("/complaints/{unaccused}/false-accusation", ("提请认定", "Propose the file")),
    ),
    "a file on a false accusation": ("chief", at("/complaints/{accused}/false-accusation")),
    "openings that wait": ("chief", at("/openings")),
    "requests to open": ("chief", at("/complaints/{opened}/openings")),
    "an answer without a choice": (
        "chief",
        press("/complaints/{opened}/openings", ("登记答复", "Record the answer")),
    ),
    "asking to open": ("receiver", at("/complaints/{opened}/openings/ask/text")),
    "asking to open, nothing filled in": (
        "receiver",
        press("/complaints/{opened}/openings/ask/text", ("提交申请", "Ask")),
    ),
    "asking for the author of an anonymous complaint": (
        "receiver",
        at("/complaints/{anonymous}/openings/ask/identity"),
    ),
    "what is sealed": ("officer", at("/complaints/{opened}/sealed/text")),
    "papers to an author": ("receiver", at("/complaints/{unaccused}/papers")),
    "no paper to an author chosen": (
        "receiver",
        press("/complaints/{unaccused}/papers", ("制发", "Issue the paper")),
    ),
    "the search": ("officer", at("/search")),
    "precedents found": ("officer", searches("precedents", "程序 -不存在的词")),
    "cases found": ("officer", searches("cases", "乡镇 道路")),
    "too many words": ("officer", searches("cases", " ".join(f"词{number}" for number in range(11)), 422)),
    "alerts": ("officer", at("/alerts")),
    "no alerts": ("newcomer", at("/alerts")),
    "the library of precedents": ("chief", at("/precedents?life=all&issue=T1")),
    "the library, a period that is none": ("officer", at("/precedents?since=soon", 422)),
    "one precedent": ("officer", at("/precedents/{shelved}")),
    "taking a precedent out without a reason": ("chief", takes_out_without_a_reason),
    "an import that waits": ("chief", at("/precedents/imports/{batch}")),
    "one of an import": ("chief", at("/precedents/{imported}")),
    "the consistency of precedents": ("auditor", at("/precedents/consistency")),
    "importing precedents": ("reviewer", at("/precedents/import")),
    "importing no file": ("reviewer", press("/precedents/import", ("导入", "Import"))),
    "the door": (None, at("/sign-in")),
    "the door after a wrong try": (None, press("/sign-in", ("登录", "Sign in"), 401)),
    "help, not signed in": (None, at("/help")),
    "the workbench": ("officer", at("/cases")),
    "the workbench, second page of all cases": ("officer", at("/cases?whose=all&page=2")),
    "a search that finds nothing": ("officer", at("/cases?q=nothing")),
    "an empty workbench": ("newcomer", at("/cases")),
    "opening a case": ("officer", at("/cases/new")),
    "opening a case, nothing filled in": ("officer", press("/cases/new", ("建立案件", "Open the case"))),
    "a case": ("officer", at("/cases/{full}")),
    "an empty case": ("officer", at("/cases/{empty}")),
    "a withheld case": ("officer", at("/cases/{withheld}")),
    "the particulars": ("officer", at("/cases/{full}/details")),
    **{f"facts: {section}": ("officer", at(f"/cases/{{full}}/facts/{section}")) for section in SECTIONS},
    "facts with errors": ("officer", words_for_numbers),
    "facts that a colleague changed": ("officer", a_colleague_was_faster),
    "the answers": ("officer", at("/cases/{full}/check")),
    "the answers of an empty case": ("officer", at("/cases/{empty}/check")),
    "files": ("officer", at("/cases/{full}/files")),
    "files, none chosen": ("officer", press("/cases/{empty}/files", HAND_IN)),
    "a recommendation": ("officer", at("/cases/{full}/recommendation")),
    "a recommendation on paper": ("officer", at("/cases/{full}/recommendation?print=1")),
    "the records to obtain": ("officer", at("/cases/{full}/worklist")),
    "the records to obtain, on paper": ("officer", at("/cases/{full}/worklist?print=1")),
    "the law of a day": ("officer", at("/cases/{full}/law-of-day")),
    "the law of a day, asked": (
        "officer",
        at("/cases/{full}/law-of-day?day-year=2017&day-month=6&day-day=1"),
    ),
    "the law of a day that never was": (
        "officer",
        at("/cases/{full}/law-of-day?day-year=2017&day-month=13&day-day=1", 422),
    ),
    "the records to obtain, an answer not filled in": (
        "officer",
        obtained_without_an_answer,
    ),
    "the records to obtain, for who may not write": ("auditor", at("/cases/{full}/worklist")),
    "the records to obtain in an empty case": ("officer", at("/cases/{empty}/worklist")),
    "the law of a day, for an auditor": ("auditor", at("/cases/{full}/law-of-day")),
    "a first view, recusal not answered": ("reviewer", at("/cases/{undeclared}/conduct")),
    "a first view owed": ("reviewer", at("/cases/{view_owed}/conduct")),
    "a first view, nothing said": (
        "reviewer",
        press(
            "/cases/{view_owed}/conduct", ("记录意见并查看后果", "Record the view and see what came of it")
        ),
    ),
    "what came of the conduct": ("reviewer", at("/cases/{view_given}/conduct")),
    "a second view, nothing said": (
        "reviewer",
        press("/cases/{view_given}/conduct", ("记录意见", "Keep this view")),
    ),
    "both views": ("reviewer", at("/cases/{view_kept}/conduct")),
    "a review after both views": ("reviewer", at("/cases/{view_kept}/review")),
    "the history": ("officer", at("/cases/{full}/history")),
    "the history with every reading": ("officer", at("/cases/{full}/history?only=all")),
    "the rules": ("officer", at("/rules")),
    "the rules, looked for": ("officer", at("/rules/search?q=应当")),
    "the rules, nothing found": ("officer", at("/rules/search?q=绝无此语")),
    "the rules by instrument": ("officer", at("/rules/instruments")),
    "an instrument": ("officer", at("/rules/instruments/PAR2019")),
    "the rules by gate": ("officer", at("/rules/gates")),
    "a gate": ("officer", at("/rules/gates/G4")),
    "the facts": ("officer", at("/rules/facts")),
    "a fact": ("officer", at("/rules/facts/mental_state")),
    "a finding": ("officer", at("/rules/findings/barred.any")),
    "the rules by place": ("officer", at("/rules/places")),
    "the packs": ("officer", at("/rules/packs?on=1")),
    "a pack": ("officer", at("/rules/packs/zhejiang")),
    "the manual of rules": ("reviewer", at("/rules/writing")),
    "a pack as a diagram": ("officer", at("/rules/packs/method/diagram")),
    "a rule with its versions": ("officer", at("/rules/sanctions.light@2020-07-01")),
    "a rule that is not used": ("officer", at(f"/rules/{NOT_USED}")),
    "the rules, signed out": (None, at("/rules")),
    "a rule, signed out": (None, at("/rules/sanctions.light@2020-07-01")),
    "a fact of many choices": ("officer", at("/rules/facts/criminal_case_status")),
    "a pack on a day gone by": ("officer", at("/rules/packs/sanctions?on=2010-01-01")),
    "a pack of a place as a diagram": ("officer", at("/rules/packs/zhejiang/diagram")),
    "an instrument without rules": ("officer", at(f"/rules/instruments/{UNRULED}")),
    "no such rule": ("officer", at("/rules/nothing.of.the@2020-01-01", 404)),
    "the cases of a rule": ("officer", at("/rules/{rule_used}/cases")),
    "the cases of a rule that decided none": ("officer", at("/rules/sanctions.light@2020-07-01/cases")),
    "packs of the site": ("reviewer", at("/site-packs")),
    "drafting a pack": ("reviewer", at("/site-packs/new")),
    "drafting a pack, nothing filled in": (
        "reviewer",
        press("/site-packs/new", ("保存并检查", "Save and check")),
    ),
    "changing a pack": ("reviewer", at("/site-packs/{pack_faulty}/edit")),
    "a pack with faults": ("reviewer", at("/site-packs/{pack_faulty}")),
    "a pack whose proof fails": ("reviewer", at("/site-packs/{pack_failing}")),
    "trying out a case in which a proof fails": (
        "reviewer",
        at("/site-packs/{pack_failing}/trial/{pack_proof}/0?case=2"),
    ),
    "a case in which a proof fails, tried out": (
        "reviewer",
        press("/site-packs/{pack_failing}/trial/{pack_proof}/0", ("试算", "Try it out"), 200),
    ),
    "a case in which the proof of everything fails": (
        "auditor",
        at("/site-packs/trial/{proof_of_all}/0?case=2"),
    ),
    "a pack that waits, for its author": ("reviewer", at("/site-packs/{pack_waiting}")),
    "packs of the site, for the chief": ("chief", at("/site-packs")),
    "drafting from a shipped pack": ("reviewer", at("/site-packs/new?of=henan")),
    "the rehearsal, for the chief": ("chief", at("/site-packs/{pack_waiting}/rehearsal")),
    "a pack to be approved": ("chief", at("/site-packs/{pack_waiting}")),
    "approving a pack, nothing filled in": (
        "chief",
        press("/site-packs/{pack_waiting}", ("批准并签署", "Approve and sign")),
    ),
    "a pack in force": ("chief", at("/site-packs/{pack_law}")),
    "the rehearsal of a pack": ("auditor", at("/site-packs/{pack_law}/rehearsal")),
    "bringing a pack back": ("reviewer", at("/site-packs/{pack_law}/back")),
    "corrections": ("officer", at("/cases/{righted}/corrections")),
    "corrections for the chief": ("chief", at("/cases/{righted}/corrections")),
    "ordering a correction": ("officer", at("/cases/{righted}/corrections/order")),
    "ordering a correction, nothing filled in": (
        "officer",
        press("/cases/{righted}/corrections/order", ("下达", "Order the correction")),
    ),
    "ordering a follow-up": ("officer", at("/cases/{righted}/corrections/order?follows={failed}")),
    "nothing to put right": ("officer", at("/cases/{righted}/corrections/nothing")),
    "a correction done": ("officer", at("/cases/{righted}/corrections/{open}/done")),
    "verifying a correction": ("chief", at("/cases/{righted}/corrections/{waiting}/verify")),
    "patterns of error": ("officer", at("/corrections/patterns")),
    "talks": ("officer", at("/cases/{righted}/talks")),
    "entering a talk": ("officer", at("/cases/{righted}/talks/new")),
    "what became of a talk": ("officer", at("/cases/{righted}/talks/{talk}/follow-up")),
    "entering an observation": ("officer", at("/cases/{righted}/commitment/new")),
    "papers": ("officer", at("/cases/{corrected}/papers")),
    "papers of a case just opened": ("officer", at("/cases/{empty}/papers")),
    "no paper chosen": ("officer", press("/cases/{corrected}/papers", ("制发", "Issue the paper"))),
    "the word of papers": ("chief", at("/office/numbers")),
    "templates": ("administrator", at("/templates")),
    "a template": ("administrator", at("/templates/decision")),
    "a template without a reason": (
        "administrator",
        press("/templates/decision", ("保存为新版本", "Save as a new version")),
    ),
    "a template tried": (
        "administrator",
        press("/templates/decision", ("用样例试用", "Try with invented data"), 200),
    ),
    "a version of a template": ("administrator", at("/templates/decision/0")),
    "an account": ("officer", at("/account")),
    "an account, no password given": ("officer", press("/account", ("修改密码", "Change the password"))),
    "help": ("officer", at("/help")),
    "no such page": ("officer", at("/nowhere", 404)),
    "too large a file": ("officer", too_large_a_file),
    "not for an administrator": ("administrator", at("/cases", 403)),
    "appeals, none yet": ("officer", at("/cases/{unappealed}/appeals")),
    "entering an appeal": ("officer", at("/cases/{unappealed}/appeals/new")),
    "entering an appeal, nothing filled in": (
        "officer",
        press("/cases/{unappealed}/appeals/new", ("登记申请", "Enter the appeal")),
    ),
    "an appeal under way": ("chief", at("/cases/{appealed}/appeals")),
    "assigning an appeal": ("chief", at("/cases/{appealed}/appeals/{appeal}/assign")),
    "withdrawing an appeal": ("officer", at("/cases/{appealed}/appeals/{appeal}/withdraw")),
    "a late appeal": ("chief", at("/cases/{belated}/appeals/{late_appeal}/admit")),
    "deciding an appeal": ("fresh", at("/cases/{appealed}/appeals/{appeal}/decide")),
    "deciding an appeal, nothing filled in": (
        "fresh",
        press("/cases/{appealed}/appeals/{appeal}/decide", ("决定并签署", "Decide and sign")),
    ),
    "a reversal and all it corrected": ("auditor", at("/cases/{reversed}/appeals")),
    "serving the result of an appeal": ("officer", at("/cases/{reversed}/appeals/{turned}/serve")),
    "the figures": ("chief", at("/figures")),
    "refused requests": ("auditor", at("/refusals")),
    "attempts to interfere": ("auditor", at("/interference")),
    "entering an attempt to interfere": ("officer", at("/interference/new")),
    "an attempt to interfere without anything": (
        "officer",
        press("/interference/new", ("登记", "Enter it for good")),
    ),
    "an administrator's account": ("administrator", at("/account")),
    "what is due": ("officer", at("/clocks")),
    "what is due in all cases": ("auditor", at("/clocks")),
    "nothing due": ("newcomer", at("/clocks")),
    "a month": ("officer", at("/clocks/calendar")),
    "a month of an unknown year": ("officer", at("/clocks/calendar?month=2031-05")),
    "a month with holidays": ("officer", at("/clocks/calendar?month=2026-10")),
    "all limits": ("officer", at("/clocks/limits")),
    "no feed": ("officer", at("/clocks/feed")),
    "a feed just opened": ("reviewer", press("/clocks/feed", ("开通新的订阅", "Open a new feed"), 200)),
    "the deadlines of a case": ("chief", at("/cases/{full}/clocks")),
    "pausing a deadline, nothing filled in": (
        "chief",
        press("/cases/{full}/clocks/{late}/pause", ("中止", "Pause")),
    ),
    "resuming a deadline": ("chief", at("/cases/{full}/clocks/{still}/resume")),
    "extending a deadline": ("chief", at("/cases/{full}/clocks/{late}/extend")),
    "a deadline met, nothing filled in": (
        "officer",
        press("/cases/{full}/clocks/{late}/finish", ("登记办结", "Enter as done")),
    ),
    "a deadline of one's own, nothing filled in": (
        "chief",
        press("/cases/{full}/clocks/new", ("设定", "Set the deadline")),
    ),
    "the working days of an organ": ("chief", at("/calendar?year=2026")),
    "the shared working days, no file chosen": ("administrator", press("/calendar", ("导入", "Import"))),
    "an auditor's workbench": ("auditor", at("/cases")),
    "a case for an auditor": ("auditor", at("/cases/{full}")),
    "a panel to be seated": ("chief", at("/cases/{unseated}/panel")),
    "a panel too small": ("chief", press("/cases/{unseated}/panel", ("确定审议成员", "Seat the panel"))),
    "a vote": ("panel", at("/cases/{voting}/panel")),
    "an empty vote": ("panel", press("/cases/{voting}/panel", ("表决", "Vote"))),
    "a meeting for its chair": ("chief", at("/cases/{voting}/panel")),
    "votes and minutes": ("officer", at("/cases/{minuted}/panel")),
    "drafting a decision": ("chief", at("/cases/{minuted}/panel/decision")),
    "a draft with nothing said": (
        "chief",
        press("/cases/{minuted}/panel/decision", ("保存拟稿", "Keep the draft")),
    ),
    "a decision to be signed": ("chief", at("/cases/{drafted}/panel")),
    "a signed decision": ("officer", at("/cases/{signed}/decision")),
    "a service with nothing said": (
        "officer",
        press("/cases/{signed}/decision", ("登记", "Record the service")),
    ),
    "a case to be closed": ("chief", at("/cases/{corrected}/decision")),
    "departures by rule": ("chief", at("/departures")),
    "a hearing not begun": ("officer", at("/cases/{untold}/hearing")),
    "drafting a notice": ("officer", at("/cases/{untold}/hearing/notice")),
    "a notice with nothing in view": (
        "officer",
        press("/cases/{untold}/hearing/notice", ("保存拟稿", "Keep the draft")),
    ),
    "a hearing": ("officer", at("/cases/{heard}/hearing")),
    "a hearing for its reviewer": ("reviewer", at("/cases/{heard}/hearing")),
    "entering answers": ("officer", at("/cases/{heard}/hearing/answers")),
    "entering no answers": (
        "officer",
        press("/cases/{heard}/hearing/answers", ("保存", "Keep the answers")),
    ),
    "recording a hearing, nothing said": (
        "officer",
        press("/cases/{heard}/hearing/record", ("保存记录", "Keep the record")),
    ),
    "weighing an answer": ("reviewer", at("/cases/{heard}/hearing/answers/{answer}")),
    "weighing an answer, nothing said": (
        "reviewer",
        press("/cases/{heard}/hearing/answers/{answer}", ("确定", "Decide")),
    ),
    "sending back after a hearing, nothing said": (
        "reviewer",
        press("/cases/{heard}/hearing/return", ("退回", "Send back")),
    ),
    "a personal link": ("officer", at("/cases/{heard}/hearing/link")),
    "a personal link just created": (
        "officer",
        press("/cases/{untold}/hearing/link", ("开通链接", "Create a link"), 200),
    ),
    "the public door": (None, at("/report")),
    "a report": (None, at("/report/form")),
    "a report, nothing written": (None, press("/report/form", ("下一步：附件与核对", "Continue to files"))),
    "the files of a report": (None, a_report),
    "a file that a report does not take": (None, a_bad_file),
    "a receipt just given": (None, a_receipt),
    "asking for the receipt": (None, at("/report/status")),
    "asking for the receipt, mistyped": (None, press("/report/status", ("继续", "Continue"))),
    "behind the receipt": (None, behind_the_receipt),
    "behind the receipt, nothing said": (None, nothing_written),
    "having left": (None, at("/report/left")),
    "the respondent's door": (None, at("/answer/unknown")),
    "the respondent's door, no code": (None, press("/answer/unknown", ("继续", "Continue"))),
    "behind the personal link": (None, behind_the_link),
    "behind the personal link, nothing said": (None, nothing_said),
    "asking for one's name to be cleared": (None, asks_to_be_cleared),
    "the answers for a reviewer": ("reviewer", at("/cases/{full}/check")),
    "a reviewer's workbench": ("reviewer", at("/cases")),
    "a chief's workbench": ("chief", at("/cases?whose=waiting")),
    "handing in for review": ("officer", at("/cases/{unsubmitted}/review")),
    "sent back to its officer": ("officer", at("/cases/{returned}/review")),
    "naming a reviewer": ("chief", at("/cases/{unassigned}/review")),
    "naming no reviewer": (
        "chief",
        press("/cases/{unassigned}/review", ("指定审核人", "Name the reviewer")),
    ),
    "a review": ("reviewer", at("/cases/{reviewing}/review")),
    "a review with nothing said": (
        "reviewer",
        press("/cases/{reviewing}/review", ("审核通过", "Pass the review")),
    ),
    "a review in its second round": ("reviewer", at("/cases/{again}/review")),
    "naming a second reviewer": ("chief", at("/cases/{drawn}/review")),
    "a blind second opinion": ("reviewer2", at("/cases/{owed}/second-review")),
    "closed to a blind reviewer": ("reviewer2", at("/cases/{owed}/review", 403)),
    "both opinions": ("officer", at("/cases/{both}/second-review")),
    "reviews to read": ("auditor", at("/cases/{both}/review")),
    "a recusal to decide": ("chief", at("/cases/{recused}/recusal")),
    "a recusal with nothing decided": (
        "chief",
        press("/cases/{recused}/recusal", ("登记决定", "Record the decision")),
    ),
    "declaring a ground of recusal": ("officer", at("/cases/{both}/recusal")),
    "a declaration without a ground": (
        "officer",
        press("/cases/{both}/recusal", ("申报", "Declare")),
    ),
    "the organ of a chief": ("chief", at("/office")),
    "the organs for an auditor": ("auditor", at("/office")),
    "proposing a precedent": ("reviewer", at("/cases/{proposable}/precedents/propose")),
    "proposals that wait": ("chief", at("/precedents/waiting")),
    "coding a precedent": ("colleague", at("/precedents/{uncoded}/coding")),
    "a coding with nothing coded": (
        "colleague",
        press("/precedents/{uncoded}/coding", ("提交编码", "Give the coding")),
    ),
    "two codings that differ": ("chief", at("/precedents/{differing}/proposal")),
    "two codings, nothing settled": (
        "chief",
        press("/precedents/{differing}/proposal", ("批准", "Approve")),
    ),
    "one coding and no reason": ("chief", press("/precedents/{uncoded}/proposal", ("批准", "Approve"))),
    "a proposal sent back": ("reviewer", at("/precedents/{refused_proposal}/proposal")),
    "precedents and the law of today": ("chief", at("/precedents/replay")),
    "the practice of an organ": ("officer", at("/quiz")),
    "a question of the practice": ("officer", at("/quiz/{asked}")),
    "a question without an answer": (
        "officer",
        press("/quiz/{asked}", ("提交并查看原决定", "Answer and see the decision")),
    ),
    "an answer beside the decision": ("officer", at("/quiz/{answered}")),
    "precedents that bind": ("reviewer", at("/cases/{bound}/precedents")),
    "precedents that collide": ("officer", at("/cases/{colliding}/precedents")),
    "precedents that hang on facts": ("officer", at("/cases/{unsettled}/precedents")),
    "no precedent that binds": ("auditor", at("/cases/{unbound}/precedents")),
    "a consultation kept": ("officer", at("/cases/{bound}/precedents/consultations/1")),
    "what a decision would do": ("officer", at("/cases/{colliding}/precedents/if/tolerate")),
    "a case beside a precedent": ("officer", at("/cases/{colliding}/precedents/YS-先例〔2025〕1号")),
    "two precedents side by side": (
        "officer",
        at("/precedents/compare?a=YS-先例〔2025〕1号&b=YS-先例〔2025〕9号"),
    ),
    "two precedents, none named": (
        "officer",
        press("/precedents/compare", ("比对", "Compare"), 422),
    ),
}
