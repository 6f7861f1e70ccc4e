"""The pages of a rule pack of the site: written, looked at, tried out, approved by a second person, ended."""

import json
import threading
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from casebook.db import utc_now
from casebook.models import (
    Case,
    Event,
    Organisation,
    PackCheck,
    PackLife,
    PackRehearsal,
    PackVersion,
    Recusal,
)
from casebook.packs import everything, evidence, looking, told
from casebook.packs.current import digest_of, library_on, library_with
from casebook.procedure.dates import today
from rules.library import library
from rules.proofs import CounterExample
from rules.vocabulary import vocabulary
from tests.casebook import endless
from tests.casebook.packs.test_life import proofs  # noqa: F401 - a fixture
from tests.casebook.test_db import in_transaction
from tests.factories import PASSWORD, make_case, make_organisation, make_user, save
from tests.packs import FIRES, LOSS, LOST, NAME, PILOT, PLACE, county_pack, make_law, sign_law
from web.packs import jobs, words
from web.packs import trial as trials

TOMORROW = today() + timedelta(days=1)
TYPED = {
    "reason": "州政府出台办法",
    "from_on-year": str(TOMORROW.year),
    "from_on-month": str(TOMORROW.month),
    "from_on-day": str(TOMORROW.day),
}
NEW = "/site-packs/new"


def write(browser, text=None, path=NEW, **fields):
    browser.get(path)
    return browser.send(
        "Save and check", text=text if text is not None else county_pack(), **(TYPED | fields)
    )


def run(app, browser, pack):
    """Start the run and wait until it is over, as the page that asks again does."""
    browser.get(f"/site-packs/{pack.id}")
    browser.send("Check, prove and rehearse")
    job = app.extensions["casebook.pack_jobs"]._jobs[pack.id]
    assert job.over.wait(60)
    return browser.get(f"/site-packs/{pack.id}")


def the_pack(session):
    session.expire_all()
    return session.scalars(select(PackVersion).order_by(PackVersion.id.desc())).first()


@pytest.fixture
def reviewer(as_, people):
    return as_(people.reviewer, "en")


@pytest.fixture
def chief(as_, people):
    return as_(people.chief, "en")


@pytest.fixture
def proposed(app, session, reviewer, proofs):  # noqa: F811
    write(reviewer)
    run(app, reviewer, the_pack(session))
    reviewer.send("Propose for approval")
    return the_pack(session)


def test_a_pack_goes_from_the_form_to_law(app, session, people, reviewer, chief, proofs):  # noqa: F811
    write(reviewer)
    pack = the_pack(session)
    assert f"{NAME}, version 1" in reviewer.heading
    assert "The text can be read" in reviewer.page.get_text()
    assert pack.life == PackLife.CHECKED

    run(app, reviewer, pack)
    assert "Before it can be approved" not in reviewer.text()
    reviewer.send("Propose for approval")
    chief.get(f"/site-packs/{pack.id}")
    chief.send("Approve and sign", password=PASSWORD)

    assert "Approved and signed" in chief.page.get_text()
    assert NAME in library_on(session, TOMORROW).packs
    chief.get("/site-packs")
    assert f"{NAME}, version 1" in chief.text()


def test_a_text_without_a_name_comes_back_with_its_line_and_nothing_lost(session, reviewer):
    write(reviewer, "pack: [ganzi\nrules: 甲\n")

    assert reviewer.status == 422
    assert reviewer.value("text") == "pack: [ganzi\nrules: 甲\n"
    assert reviewer.value("reason") == TYPED["reason"]
    assert len(reviewer.errors) == 1
    assert [one.get_text() for one in reviewer.page.select(".cb-source__here code")] == ["rules: 甲"]
    assert "Nothing was saved" in reviewer.text()
    href = reviewer.page.select_one(".cb-fault a")["href"]
    assert reviewer.page.select_one(href).name == "textarea", (
        "the line is in the field, which is where the link leads"
    )
    assert session.scalar(select(func.count()).select_from(PackVersion)) == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_text_with_faults_is_kept_and_each_fault_stands_beside_its_line(session, as_, people, language):
    browser = as_(people.reviewer, language)
    browser.get(NEW)
    browser.send({"zh": "保存并检查", "en": "Save and check"}[language], **TYPED,
                 text=county_pack(more="        - {fact: no_such_fact, is: true}\n"))  # fmt: skip

    fault = browser.page.select_one(".cb-fault")
    assert the_pack(session).life == PackLife.DRAFT
    assert fault.select_one("a")["href"] == "#line-26"
    assert browser.page.select_one("#line-26 code").get_text() == "        - {fact: no_such_fact, is: true}"
    assert {"zh": "no_such_fact", "en": "Found the fact 'no_such_fact'; expected"}[
        language
    ] in fault.get_text()


def test_a_file_takes_the_place_of_what_was_typed(session, reviewer):
    reviewer.get(NEW)
    reviewer.send(
        "Save and check", **TYPED, text="", files={"file": (BytesIO(county_pack().encode()), "ganzi.yaml")}
    )

    assert the_pack(session).text == county_pack()


def test_a_file_in_another_code_is_named_with_its_line_and_what_was_typed_stays(session, reviewer):
    reviewer.get(NEW)
    content = "pack: ganzi\n# 甘孜\n".encode("gbk")
    reviewer.send("Save and check", **TYPED, text="typed", files={"file": (BytesIO(content), "ganzi.yaml")})

    assert (reviewer.status, reviewer.value("text")) == (422, "typed")
    assert "Line 2 of the file is not UTF-8" in reviewer.errors[0]


def test_a_file_beyond_all_measure_is_refused(session, reviewer):
    reviewer.get(NEW)
    reviewer.send("Save and check", **TYPED, text="", files={"file": (BytesIO(b"# x\n" * 300_000), "x.yaml")})

    assert reviewer.status == 422
    assert "too large" in reviewer.errors[0]


def test_two_windows_on_one_draft_overwrite_nothing(session, as_, people):
    first, second = as_(people.reviewer, "en"), as_(people.reviewer, "en")
    write(first)
    pack = the_pack(session)
    for window in (first, second):
        window.get(f"/site-packs/{pack.id}/edit")
    first.send("Save and check", text=county_pack(explain="甲"))
    second.send("Save and check", text=county_pack(explain="乙"))

    assert second.status == 409
    assert "乙" in second.value("text")
    assert "甲" in the_pack(session).text


def test_while_a_run_is_under_way_the_page_asks_again_by_itself(app, session, reviewer, monkeypatch):
    write(reviewer)
    pack = the_pack(session)
    job = jobs.Job("proof", 3, 7)
    monkeypatch.setitem(app.extensions["casebook.pack_jobs"]._jobs, pack.id, job)

    reviewer.get(f"/site-packs/{pack.id}")

    assert (
        reviewer.response.headers["Refresh"] == "2"
    )  # which a browser does not do where it was sent to a #place
    token = reviewer.value("csrf_token")
    sent = reviewer.client.post(f"/site-packs/{pack.id}/run", data={"csrf_token": token})
    assert sent.headers["Location"] == f"/site-packs/{pack.id}"
    assert "3 of 7 done" in reviewer.text()
    job.failed = True
    job.over.set()
    reviewer.get(f"/site-packs/{pack.id}")
    assert "Refresh" not in reviewer.response.headers
    assert "The run broke off" in reviewer.text()


def test_of_a_check_that_takes_longer_its_page_says_that_it_is_under_way_and_then_what_was_found(
    app, session, reviewer, monkeypatch
):
    reached, begun, whole = threading.Event(), threading.Event(), looking.check_apart

    def waits(*fields, **more):
        reached.set()
        begun.wait(60)
        return whole(*fields, **more)

    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    monkeypatch.setattr(looking, "check_apart", waits)
    write(reviewer)
    pack = the_pack(session)
    (job,) = app.extensions["casebook.pack_checks"]._jobs.values()
    assert reached.wait(60)  # until then it waits for its turn
    reviewer.get(f"/site-packs/{pack.id}")

    assert "The text is being checked" in reviewer.text()
    assert "This text has not been checked" not in reviewer.text()
    assert reviewer.response.headers["Refresh"] == "2"
    session.rollback()
    begun.set()
    assert job.over.wait(60)
    reviewer.get(f"/site-packs/{pack.id}")
    assert "Refresh" not in reviewer.response.headers
    assert the_pack(session).life == PackLife.CHECKED


@pytest.mark.parametrize("way", [endless.loops, endless.swells])
def test_a_text_whose_check_has_no_end_holds_no_request_and_no_other_check(
    app, session, reviewer, chief, monkeypatch, way
):
    with monkeypatch.context() as hostile:
        hostile.setattr(looking, "_check", way)
        hostile.setattr(looking, "CHECK_SECONDS", 1)
        write(reviewer)

    assert "Saved." in reviewer.page.get_text()
    assert "The run was stopped: it took too much" in reviewer.text()
    assert "still at this: The text is being checked." in reviewer.text()
    write(reviewer)
    assert "The text can be read" in reviewer.page.get_text()


def test_whoever_has_many_checks_under_way_is_told_that_the_text_was_saved(app, session, people, reviewer):
    under_way = app.extensions["casebook.pack_checks"]._jobs
    for number in range(jobs.MOST):
        under_way[number] = jobs.Job(by_id=people.reviewer.id)

    write(reviewer)

    assert f"{jobs.MOST} of your runs are under way" in reviewer.page.get_text()
    assert the_pack(session).life == PackLife.DRAFT
    assert reviewer.page.find("button", string="Check, prove and rehearse") is not None


def test_a_run_that_breaks_off_says_so_and_can_be_started_anew(app, session, reviewer, proofs, monkeypatch):  # noqa: F811
    write(reviewer)
    pack = the_pack(session)
    with monkeypatch.context() as broken:
        broken.setattr(looking, "check_apart", lambda *_, **__: 1 / 0)
        run(app, reviewer, pack)
    assert "The run broke off" in reviewer.text()

    run(app, reviewer, pack)
    assert "The run broke off" not in reviewer.text()
    assert the_pack(session).life == PackLife.PROVED


def test_a_run_that_hangs_is_stopped_its_author_is_told_and_others_go_on(
    app,
    session,
    reviewer,
    chief,
    monkeypatch,
    caplog,
    proofs,  # noqa: F811
):
    hung, freed = threading.Event(), threading.Event()

    def hangs(*_, go_on, **__):
        hung.set()
        freed.wait(10)
        go_on()
        raise AssertionError("a run that was stopped goes on")

    whole = looking.prove_apart
    write(reviewer)
    pack = the_pack(session)
    looked = looking.bench(session, pack, today())
    found = looked.digest, looked.check()
    session.rollback()
    monkeypatch.setattr(looking, "check_apart", lambda *_, **__: found)  # which takes no time
    monkeypatch.setattr(app.extensions["casebook.pack_jobs"], "minutes", 1 / 60)
    monkeypatch.setattr(looking, "prove_apart", hangs)
    run(app, reviewer, pack)
    assert hung.is_set()

    assert "The run was stopped: it took too much" in reviewer.text()
    assert "still at this: Its properties are being proved." in reviewer.text()
    assert "Refresh" not in reviewer.response.headers
    monkeypatch.setattr(looking, "prove_apart", whole)
    monkeypatch.setattr(app.extensions["casebook.pack_jobs"], "minutes", jobs.MINUTES)
    run(app, chief, pack)  # while the other still hangs
    assert the_pack(session).life == PackLife.PROVED
    freed.set()
    for thread in threading.enumerate():
        if thread.name == "pack-run":
            thread.join(10)
    assert "a run over a rule pack broke off" not in caplog.text
    checks = session.scalars(select(PackCheck.kind).where(PackCheck.pack_id == pack.id))
    assert sorted(checks) == ["check", "check", "check", "proof", "rehearsal"]  # of the hung one, its check


def test_others_write_while_a_run_reads_their_cases(app, session, people, reviewer, proofs, monkeypatch):  # noqa: F811
    def rehearsed(reading, *_):
        reading.execute(select(func.count()).select_from(Case))
        assert not in_transaction(reading)  # nor does it keep PostgreSQL from clearing up behind those who write
        make_case(session, people.officer)
        session.commit()

    write(reviewer)
    monkeypatch.setattr(looking, "run_rehearsal", rehearsed)

    run(app, reviewer, the_pack(session))

    assert "The run broke off" not in reviewer.text()


def test_others_write_while_a_page_loads_the_rules_of_a_text(session, people, reviewer, monkeypatch):
    write(reviewer)
    pack_id, load = the_pack(session).id, words.library_with
    session.rollback()
    loaded = []

    def loads(*fields):
        make_case(session, people.officer)
        session.commit()
        loaded.append(load(*fields))
        return loaded[-1]

    monkeypatch.setattr(words, "library_with", loads)
    reviewer.get(f"/site-packs/{pack_id}")

    assert loaded


def test_a_check_under_way_is_told_before_a_run_that_broke_off(app, session, reviewer, monkeypatch):
    write(reviewer)
    pack = the_pack(session)
    broke_off = jobs.Job("proof", failed=True)
    broke_off.over.set()
    monkeypatch.setitem(app.extensions["casebook.pack_jobs"]._jobs, pack.id, broke_off)
    monkeypatch.setitem(
        app.extensions["casebook.pack_checks"]._jobs, (pack.id, pack.digest), jobs.Job("check")
    )

    reviewer.get(f"/site-packs/{pack.id}")

    assert "The text is being checked" in reviewer.text()
    assert "The run broke off" not in reviewer.text()


def test_runs_that_are_done_are_forgotten_and_those_that_broke_off_are_told():
    runs = jobs.Jobs(1)
    for number, work in enumerate([lambda job: 1 / 0, lambda job: None, lambda job: None]):
        assert runs.start(number, 1, work).over.wait(10)

    assert list(runs._jobs) == [0, 2]


@pytest.fixture(scope="module")
def failing_proof():
    """The record of a real proof that fails, worked out once."""
    from casebook.packs.current import file_of
    from rules.library import library, with_packs
    from rules.proofs import prove

    text = county_pack(more=PILOT + LOSS, known=LOST)
    return text, prove(with_packs(library(), {file_of(NAME): text}), NAME), digest_of(text)


@pytest.fixture
def failed(session, people, reviewer, failing_proof, monkeypatch):
    text, proof, digest = failing_proof
    write(reviewer, text)
    pack = the_pack(session)
    beside = looking.settings(session, pack, today())[0].beside
    pack = session.get_one(PackVersion, pack.id)
    seen = looking.Seen(looking.PROOF, beside, False, proof.as_json())
    evidence.keep(session, pack, pack.by, digest, [seen])
    session.commit()
    return pack


def test_a_proof_that_fails_opens_as_a_form_that_keeps_nothing(session, reviewer, failed):
    before = session.scalar(select(func.count()).select_from(Case))
    reviewer.get(f"/site-packs/{failed.id}")
    assert "The purpose is public, yet there was gain for self." in reviewer.text()
    assert "Rules: Somebody died or was seriously injured, or there was a direct loss. accidents." in reviewer.text()
    assert f"Place of the conduct {PLACE} (" in reviewer.text()
    reviewer.get(reviewer.link("Open this case as a form"))

    assert float(reviewer.value("direct_economic_loss_cny")) < 1
    assert reviewer.value("purpose") == "public"
    assert (reviewer.value("region"), reviewer.value("conduct_on-year")) == (PLACE, "2026")
    assert [one.get_text(strip=True) for one in reviewer.page.select(".cb-ledger__side .govuk-tag")] == [
        "Correct",
        "Correct",
    ]

    reviewer.get(reviewer.link("Fill in the second"))
    tags = [one.get_text(strip=True) for one in reviewer.page.select(".cb-ledger__side .govuk-tag")]
    assert tags == ["Tolerate", "Correct"]
    reviewer.send("Try it out", mental_state="ordinary_negligence")
    assert reviewer.value("mental_state") == "ordinary_negligence"
    reviewer.send("Try it out", direct_economic_loss_cny="viel")
    assert (reviewer.status, reviewer.value("direct_economic_loss_cny")) == (422, "viel")
    assert session.scalar(select(func.count()).select_from(Case)) == before


YES_OR_NO = [fact.id for fact in vocabulary().facts.values() if fact.type == "boolean"]
CIRCLE = """\
  - id: {name}.other
    source: {{instrument: GZ2026, article: "第七条", confidence: SEEN, checked: 2026-11-22}}
    effective: {{from: 2026-12-01, to: null}}
    when: {{finding: {reads}, is: true}}
    then: {{finding: {gives}}}
    explain: {{zh: "甲", en: "A"}}
"""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            county_pack(
                more="        - {finding: ganzi.a, is: true}\n",
                then="finding: ganzi.b",
                extra=CIRCLE.format(name=NAME, reads="ganzi.b", gives="ganzi.a"),
            ),
            "ganzi.",
        ),
        (
            county_pack(
                more="".join(
                    f"        - any: [{', '.join(f'{{fact: {one}, is: true}}' for one in YES_OR_NO[row : row + 6])}]\n"
                    for row in range(0, 36, 6)
                )
            ),
            "alternatives",
        ),
    ],
)
def test_a_trial_of_a_text_that_loads_and_cannot_be_read_says_why(session, reviewer, failed, changed, said):
    reviewer.get(f"/site-packs/{failed.id}")
    trial = reviewer.link("Open this case as a form")
    failed.text = changed
    session.commit()

    reviewer.get(trial)

    assert reviewer.status == 200
    assert said in reviewer.page.select_one(".cb-conflict").text


def test_nobody_is_kept_from_writing_while_a_trial_loads_its_text(app, session, reviewer, failed, monkeypatch):
    reviewer.get(f"/site-packs/{failed.id}")
    trial = reviewer.link("Open this case as a form")
    loaded = []

    def another_writes(*text):
        with app.extensions["casebook.sessions"]() as other:
            other.get_one(PackVersion, failed.id).reason = "别人所改"
            other.commit()
        loaded.append(library_with(*text))
        return loaded[-1]

    monkeypatch.setattr(trials, "library_with", another_writes)

    reviewer.get(trial)

    assert (reviewer.status, len(loaded)) == (200, 1)


def test_a_trial_of_another_check_or_number_is_not_found(session, reviewer, failed):
    proof = session.scalar(select(PackCheck.id).where(PackCheck.kind == looking.PROOF))
    check = session.scalar(select(PackCheck.id).where(PackCheck.kind == looking.CHECK))
    for path in (f"{check}/0", f"{proof}/1", "999/0"):
        reviewer.get(f"/site-packs/{failed.id}/trial/{path}")
        assert reviewer.status == 404


def test_a_version_whose_proof_failed_cannot_be_proposed_by_a_forged_post(session, reviewer, failed):
    reviewer.get(f"/site-packs/{failed.id}")
    reviewer.post(f"/site-packs/{failed.id}/propose", {"seen": str(failed.version)})

    assert reviewer.status == 409
    assert "The proof failed" in reviewer.text()
    assert the_pack(session).life == PackLife.CHECKED


def test_the_author_gets_no_way_to_approve_and_a_forged_post_is_refused(session, people, reviewer, proposed):
    reviewer.get(f"/site-packs/{proposed.id}")
    assert not reviewer.page.select("form[action$=approve]")
    reviewer.post(f"/site-packs/{proposed.id}/approve", {"digest": proposed.digest, "password": PASSWORD})

    assert reviewer.status == 403
    assert the_pack(session).life == PackLife.PROPOSED


def test_drafts_of_another_organ_are_not_found_and_the_try_is_logged(session, as_, proposed):
    stranger = as_(make_user(session, "chief"), "en")
    stranger.get(f"/site-packs/{proposed.id}")
    assert stranger.status == 404
    stranger.post(f"/site-packs/{proposed.id}/approve", {"digest": proposed.digest, "password": PASSWORD})

    assert stranger.status == 404
    assert the_pack(session).life == PackLife.PROPOSED
    assert session.scalar(select(func.count()).where(Event.kind == "access.refused")) == 2


def test_a_wrong_password_is_logged_and_what_was_typed_stays(session, chief, proposed):
    chief.get(f"/site-packs/{proposed.id}")
    chief.send("Approve and sign", words="同意施行", password="wrong password")

    assert (chief.status, chief.value("words"), chief.value("password")) == (422, "同意施行", "")
    assert session.scalar(select(func.count()).where(Event.kind == "pack.signature_refused")) == 1
    assert the_pack(session).life == PackLife.PROPOSED


def test_who_signs_reads_the_rules_in_words_and_not_only_as_a_text(chief, proposed):
    chief.get(f"/site-packs/{proposed.id}")

    told = chief.text()
    inside = told[told.index("Its rules in words") : told.index("Approve or refuse")]
    assert "Purpose is “Public interest”" in inside
    assert "local clause: exemption" in inside
    assert "[Ganzi: measures of tolerance art. 6]" in inside
    assert "decision_mode" not in inside


def test_a_text_other_than_the_one_shown_is_not_signed(session, chief, proposed):
    chief.get(f"/site-packs/{proposed.id}")
    chief.send("Approve and sign", digest="0" * 64, words="同意", password=PASSWORD)

    assert (chief.status, chief.value("words")) == (409, "同意")
    assert the_pack(session).life == PackLife.PROPOSED


def test_a_chief_refuses_with_a_reason(session, chief, proposed):
    chief.get(f"/site-packs/{proposed.id}")
    chief.send("Refuse", why="")
    assert chief.status == 422
    chief.send("Refuse", why="依据不足")

    assert the_pack(session).answer_words == "依据不足"


def test_an_approved_version_is_ended_and_brought_back_as_a_new_one(
    session, app, people, reviewer, chief, proposed
):
    chief.get(f"/site-packs/{proposed.id}")
    chief.send("Approve and sign", password=PASSWORD)
    chief.send("End this pack", reason="", password=PASSWORD)
    assert chief.status == 422
    chief.send("End this pack", reason="重新研究", password=PASSWORD)
    assert NAME not in library_on(session, TOMORROW).packs

    reviewer.get(f"/site-packs/{proposed.id}")
    reviewer.get(reviewer.link("Bring this version back"))
    reviewer.send("Make the version", **TYPED)

    back = the_pack(session)
    assert (back.number, back.back_to_id, back.text) == (2, proposed.id, proposed.text)


def test_the_rehearsal_links_only_cases_that_may_be_read(session, app, people, reviewer, proofs):  # noqa: F811
    case = make_case(session, people.officer, conduct=TOMORROW.isoformat(), region=PLACE)
    save(session, case, **(FIRES | {"mental_state": "intentional"}))
    session.commit()
    text = county_pack(since=TOMORROW.isoformat(), source=TOMORROW.isoformat())
    write(reviewer, text)
    run(app, reviewer, the_pack(session))
    reviewer.get(reviewer.link("See which, side by side"))
    assert case.number in reviewer.text()
    assert (
        f"An error of a pilot made for the public and decided together is tolerated. {NAME}.pilot"
        in reviewer.text()
    )

    session.get_one(Case, case.id).organisation_id = make_case(session).organisation_id
    session.commit()
    reviewer.get(f"/site-packs/{the_pack(session).id}/rehearsal")
    assert case.number not in reviewer.text()
    assert "come out differently: 0" in reviewer.text()
    assert "not even their number" in reviewer.text()
    read = session.scalars(
        select(Event.detail).where(Event.kind == "pack.rehearsal_read").order_by(Event.seq)
    ).all()
    assert [one["cases"] for one in read] == [[case.id], []]


@pytest.fixture
def rehearsed(session, app, people, reviewer, proofs):  # noqa: F811
    """A version and six cases of its organ that it moves; in one the reviewer was recused."""
    cases = [
        make_case(session, people.officer, conduct=TOMORROW.isoformat(), region=PLACE) for _number in range(6)
    ]
    for case in cases:
        save(session, case, **(FIRES | {"mental_state": "intentional"}))
    session.add(
        Recusal(
            case=cases[0], user=people.reviewer, asked_by="self", entered_by_id=people.reviewer.id, grounds=[],
            reason="亲属", at=utc_now(), granted=True,
        )
    )  # fmt: skip
    session.commit()
    write(reviewer, county_pack(since=TOMORROW.isoformat(), source=TOMORROW.isoformat()))
    run(app, reviewer, the_pack(session))
    return the_pack(session), cases


@pytest.mark.parametrize("page", ["", "/rehearsal"])
def test_a_rehearsal_counts_for_its_author_no_case_they_may_not_read(session, reviewer, rehearsed, page):
    pack, cases = rehearsed
    for case in (session.get_one(Case, one.id) for one in cases):
        save(session, case, deaths=1)
    session.commit()

    reviewer.get(f"/site-packs/{pack.id}{page}")
    if not page:
        assert "opened or changed since: 5" in reviewer.text()
        assert "it no longer speaks of the cases there are" in reviewer.text()

    assert "come out differently: 5" in reviewer.text()
    assert "Cases assessed" not in reviewer.text()
    assert cases[0].number not in reviewer.text()


def test_the_chief_who_approves_sees_every_case_of_the_office(session, people, chief, rehearsed):
    pack, cases = rehearsed

    chief.get(f"/site-packs/{pack.id}/rehearsal")

    assert all(case.number in chief.text() for case in cases)
    assert "Cases assessed: 6" in chief.text()
    assert "fewer than five come out differently, or none" in chief.text()


def test_of_cases_closed_to_the_chief_as_well_only_steps_of_five_are_told(session, chief, rehearsed):
    pack, cases = rehearsed
    elsewhere = make_case(session).organisation_id
    for case in cases:
        session.get_one(Case, case.id).organisation_id = elsewhere
    session.commit()

    chief.get(f"/site-packs/{pack.id}/rehearsal")

    assert "at least 5 come out differently" in chief.text()


def test_another_organ_reads_an_approved_pack_and_learns_nothing_of_its_rehearsal(session, as_, rehearsed):
    pack, _cases = rehearsed
    pack = session.get_one(PackVersion, pack.id)
    pack.life = PackLife.PROPOSED
    session.flush()
    pack.life, pack.from_on = PackLife.APPROVED, TOMORROW
    sign_law(session, pack)
    session.commit()
    stranger = as_(make_user(session, "reviewer"), "en")

    stranger.get(f"/site-packs/{pack.id}")
    assert stranger.status == 200
    assert "Rehearsal" not in stranger.text()
    stranger.get(f"/site-packs/{pack.id}/rehearsal")
    assert stranger.status == 404
    assert session.scalar(select(Event.seq).where(Event.kind == "access.refused")) is not None


def test_a_chief_with_an_organ_above_is_told_who_decides(session, people, chief, reviewer, proposed):
    pack = session.get_one(PackVersion, proposed.id)
    session.get_one(Organisation, pack.organisation_id).parent = make_organisation(session)
    session.commit()

    chief.get(f"/site-packs/{pack.id}")

    assert "The chief of an organ with none above it decides" in chief.text()
    assert chief.page.select_one("input[type=password]") is None
    chief.post(f"/site-packs/{pack.id}/approve", {"digest": pack.digest, "password": PASSWORD})
    assert chief.status == 409
    assert session.get_one(PackVersion, pack.id, populate_existing=True).life == PackLife.PROPOSED


def test_a_page_that_asks_again_while_a_run_is_under_way_is_one_reading(app, session, reviewer, monkeypatch):
    write(reviewer)
    pack = the_pack(session)
    running = app.extensions["casebook.pack_jobs"]._jobs
    monkeypatch.setitem(running, pack.id, jobs.Job("proof", 3, 7))
    monkeypatch.setitem(running, jobs.ALL, jobs.Job("proof", 3, 7))

    def readings(path, kind):
        before = session.scalar(select(func.count()).where(Event.kind == kind))
        session.commit()
        for _number in range(3):
            reviewer.get(path)
        after = session.scalar(select(func.count()).where(Event.kind == kind))
        session.commit()
        return after - before

    assert readings(f"/site-packs/{pack.id}", "pack.read") == 1
    assert readings(f"/site-packs/{pack.id}/edit", "pack.read") == 3
    assert readings("/site-packs", "packs.listed") == 1
    running[pack.id].over.set()
    assert readings(f"/site-packs/{pack.id}", "pack.read") == 3


def test_a_long_rehearsal_is_read_in_pages_and_each_page_is_logged(session, reviewer, rehearsed, monkeypatch):
    monkeypatch.setattr(told, "PAGE", 2)
    pack, cases = rehearsed
    numbers = sorted(case.number for case in cases[1:])

    reviewer.get(f"/site-packs/{pack.id}/rehearsal")
    assert "come out differently: 5" in reviewer.text()
    assert [number in reviewer.text() for number in numbers] == [True, True, False, False, False]
    reviewer.get(reviewer.link("Next page"))
    assert [number in reviewer.text() for number in numbers] == [False, False, True, True, False]
    reviewer.get(f"/site-packs/{pack.id}/rehearsal", page="99")
    assert "Page 3 of 3" in reviewer.text()

    read = session.scalars(
        select(Event.detail).where(Event.kind == "pack.rehearsal_read").order_by(Event.seq)
    ).all()
    assert [len(one["cases"]) for one in read] == [2, 2, 1]


def test_cases_that_could_not_be_assessed_are_named_to_who_may_read_them(session, reviewer, chief, rehearsed):
    pack, cases = rehearsed
    row = pack.rehearsals[-1]
    session.add(
        PackRehearsal(
            pack=pack, digest=row.digest, as_of=row.as_of, organisation_id=row.organisation_id, cases=0,
            counts={"closed": {}, "open": {}, "unread": [case.id for case in cases]}, changed=[], by=row.by,
            at=utc_now(),
        )
    )  # fmt: skip
    session.commit()

    reviewer.get(f"/site-packs/{pack.id}/rehearsal")
    assert "could not be assessed: 5" in reviewer.text()
    assert cases[0].number not in reviewer.text()
    assert cases[1].number in reviewer.text()
    chief.get(f"/site-packs/{pack.id}")
    assert "could not be assessed: 6" in chief.text()


def test_a_saved_text_mends_a_version_that_no_longer_fits_and_the_register_says_what_is_wrong(
    session, people, reviewer, chief
):
    make_law(session, people.reviewer, county_pack().replace("purpose, is", "no_such_fact, is"), today())
    session.add(
        PackCheck(
            kind=looking.PROOF, digest="1" * 64, beside={}, passed=True, report=[], by=people.chief, at=utc_now()
        )
    )  # fmt: skip
    session.commit()

    chief.get("/site-packs")
    assert chief.status == 200
    assert "cannot be read beside those of the product" in chief.text()
    write(reviewer)
    assert reviewer.status == 200
    assert "The text can be read" in reviewer.page.get_text()
    assert the_pack(session).life == PackLife.CHECKED


def test_what_a_pack_excuses_itself_from_stands_before_the_password(session, chief, proposed):
    row = next(one for one in session.get_one(PackVersion, proposed.id).checks if one.kind == looking.PROOF)
    excuse = {"rules": ["ganzi.pilot"], "zh": "州政府另有规定", "en": "The prefecture says otherwise"}
    direction = {"zh": "方向", "en": "Direction", "proved": True, "failures": [], "accepted": [excuse]}
    session.add(
        PackCheck(
            pack=row.pack, kind=row.kind, digest=row.digest, beside=row.beside, passed=True, by=row.by, at=utc_now(),
            report={"packs": {}, "properties": [direction]},
        )
    )  # fmt: skip
    session.commit()

    chief.get(f"/site-packs/{proposed.id}")

    before, _form = chief.page.select_one("main").get_text().split("Your password", 1)
    assert before.count("Direction: The prefecture says otherwise ganzi.pilot") == 2


def test_who_ends_what_took_the_place_of_a_shipped_pack_is_told_that_it_comes_back(session, people, chief):
    text = library().texts["regions/wuwei.yaml"]
    pack = make_law(session, people.reviewer, text, today(), name="wuwei")
    session.commit()

    chief.get(f"/site-packs/{pack.id}")

    assert "The pack wuwei that comes with the product is law again" in chief.text()


def test_the_proof_of_everything_is_kept_and_shown_with_what_it_takes_for_granted(
    app, session, as_, people, monkeypatch
):
    auditor = as_(people.auditor, "en")
    ended = CounterExample("dates", (), "没有接续", "nothing follows", no_case=("没有案件", "no case to show"))
    open_case = CounterExample("conflicts", (), "冲突", "they contradict", as_of=date(2026, 1, 1))
    report = {
        "assumed": [{"facts": ["purpose"], "zh": "为公", "en": "For the public, yet for gain."}],
        "properties": [{"zh": "日期", "en": "Dates", "failures": [ended.as_json(), open_case.as_json()]}],
    }
    kept = SimpleNamespace(
        proved=False, digests={}, vocabulary="v", factors="f", tables={}, as_json=lambda: report
    )
    monkeypatch.setattr(jobs, "prove_apart", lambda *_, **__: kept)
    auditor.get("/site-packs")
    assert "No proof of the packs in force" in auditor.text()
    auditor.send("Prove all packs in force")
    assert app.extensions["casebook.pack_jobs"]._jobs[jobs.ALL].over.wait(60)

    auditor.get("/site-packs")
    assert "The packs have changed since" not in auditor.text()
    assert "Run by" in auditor.text()
    for said in ("For the public, yet for gain.", "no case to show", "It fails already where nothing is established"):
        assert said in auditor.text()
    assert auditor.text().count("For the public, yet for gain.") == 1


@pytest.fixture
def failed_in_force(session, people, failing_proof):
    """A pack that is law here although its proof fails, and the proof of everything in force that a command kept."""
    text, proof, _ = failing_proof
    make_law(session, people.reviewer, text, today(), number=9)
    kept = everything.keep_proof_of_all(
        session, None, everything.prove_all(session, today())[0], [proof], "prove"
    )
    session.commit()
    return kept


def test_the_failure_of_a_proof_of_everything_opens_as_a_form_by_the_rules_of_today(
    session, chief, failed_in_force
):
    chief.get("/rules")
    assert "Proof failed" in chief.text()
    chief.get(chief.link("Proof of everything in force"))
    assert "Run on the server" in chief.text()
    chief.get(chief.link("Open this case as a form"))

    def tags():
        return [one.get_text(strip=True) for one in chief.page.select(".cb-ledger .govuk-tag")]

    assert float(chief.value("direct_economic_loss_cny")) < 1
    assert (chief.value("purpose"), chief.value("region")) == ("public", PLACE)
    assert chief.page.select(f"main a[href$='{NAME}.pilot@2026-12-01']")
    assert tags() == ["Correct"]
    chief.get(chief.link("Fill in the second"))
    assert tags() == ["Tolerate"]
    assert "An error of a pilot made for the public" in chief.text()
    chief.send("Try it out", direct_economic_loss_cny="viel")
    assert (chief.status, chief.value("direct_economic_loss_cny")) == (422, "viel")
    chief.send("Try it out", direct_economic_loss_cny="5")
    assert tags() == ["Correct"]
    read = session.scalars(select(Event.detail).where(Event.kind == "packs.proof_read")).all()
    assert [one["check"] for one in read] == [failed_in_force.id] * 4
    assert session.scalar(select(func.count()).select_from(Case)) == 0

    pack = session.scalars(select(PackVersion)).one()
    pack.to_on = today() - timedelta(days=1)
    sign_law(session, pack)
    session.commit()
    chief.get(f"/site-packs/trial/{failed_in_force.id}/0?case=2")
    assert "The packs have changed since this proof" in chief.text()
    assert tags() == ["Correct"]


def test_a_case_kept_before_its_facts_took_other_values_says_so(session, chief, failed_in_force):
    report = json.loads(json.dumps(failed_in_force.report))
    failure = next(one for each in report[0]["properties"] for one in each["failures"])
    failure["facts"] |= {"purpose": "of old", "a_fact_of_old": True}
    failure["rules"].append({**failure["rules"][0], "version": "gone.rule@2001-01-01"})
    old = PackCheck(
        kind=looking.PROOF, digest="0" * 64, beside={}, passed=False, report=report, by=None, at=utc_now()
    )
    session.add(old)
    session.commit()

    chief.get(f"/site-packs/trial/{old.id}/0")

    assert chief.status == 200
    assert "Purpose" in chief.page.select_one(".cb-conflict").text
    assert chief.value("lack_of_experience_pilot") == "yes"


def test_a_proof_of_everything_is_not_opened_by_who_may_not_read_it_nor_a_draft_through_it(
    session, as_, people, reviewer, failed, failed_in_force
):
    def refusals():
        return session.scalars(select(Event.by_id).where(Event.kind == "access.refused")).all()

    draft = session.scalar(
        select(PackCheck.id).where(PackCheck.kind == looking.PROOF, PackCheck.pack == failed)
    )
    officer, stranger = as_(people.officer, "en"), as_(make_user(session, "reviewer"), "en")
    officer.get(f"/site-packs/trial/{failed_in_force.id}/0")
    assert officer.status == 403
    assert refusals() == [people.officer.id]
    stranger.get(f"/site-packs/trial/{draft}/0")
    assert stranger.status == 404
    assert len(refusals()) == 2
    for path in (f"{draft}/0", "999/0", f"{failed_in_force.id}/1"):
        reviewer.get(f"/site-packs/trial/{path}")
        assert reviewer.status == 404
    assert len(refusals()) == 2


def test_a_draft_can_begin_with_a_shipped_pack_or_another_version(session, reviewer):
    reviewer.get(NEW, of="wuwei")
    assert reviewer.value("text").startswith("# 武威市")
    write(reviewer)
    reviewer.get(NEW, **{"from": the_pack(session).id})
    assert reviewer.value("text") == county_pack()
    reviewer.get(NEW, **{"from": "9999"})
    assert reviewer.status == 404


def test_a_reviewer_comes_from_the_pack_of_a_place_to_a_draft_with_its_text(reviewer, chief):
    chief.get("/rules/packs/wuwei")
    assert not chief.page.select("main a[href*='/site-packs/new']")

    reviewer.get("/rules/packs/wuwei")
    reviewer.get(reviewer.page.select_one("main a[href*='/site-packs/new']")["href"])

    assert reviewer.value("text").startswith("# 武威市")
    assert reviewer.page.select_one("main a[href='/rules/writing']")


def test_the_register_lists_what_one_may_read(session, as_, people, reviewer):
    write(reviewer)
    stranger = as_(make_user(session, "reviewer"), "en")
    stranger.get("/site-packs")
    assert NAME not in stranger.text()


def test_a_rule_of_a_pack_that_ended_is_still_shown_as_no_longer_in_force(session, people, chief):
    day = today()
    text = county_pack(since="2026-01-01", source="2026-01-01")
    make_law(session, people.reviewer, text, day - timedelta(days=9), day - timedelta(days=1))
    session.commit()

    chief.get(f"/rules/{NAME}.pilot@2026-01-01")

    assert chief.status == 200
    assert "No longer in force" in chief.text()
    assert "Ganzi: measures of tolerance" in chief.text()
    for unknown in (
        f"{NAME}.pilot@2025-01-01",
        f"{NAME}.other@2026-01-01",
        f"{NAME}.pilo_@2026-01-01",
        "@",
        "%25@x",
    ):
        chief.get(f"/rules/{unknown}")
        assert chief.status == 404


@pytest.mark.parametrize("life", [PackLife.PROPOSED, PackLife.APPROVED])
def test_a_rule_that_was_never_in_force_is_not_shown(session, people, chief, life):
    first = today() + timedelta(days=1)
    text = county_pack(since="2026-01-01", source="2026-01-01")
    make_law(session, people.reviewer, text, first, first - timedelta(days=1), life=life)
    session.commit()

    chief.get(f"/rules/{NAME}.pilot@2026-01-01")

    assert chief.status == 404


def test_beside_a_failed_proof_stands_the_sentence_of_the_version_that_fails(session, chief):
    versions = [one for one in library().packs["accountability"].rules if one.id == "accountability.forms"]
    old, latest = min(versions, key=begins), max(versions, key=begins)
    assert old.explain.en != latest.explain.en
    failing = CounterExample("dates", (), "没有接续", "nothing follows", as_of=date(2026, 1, 1)).as_json()
    failing["rules"] = [{"id": old.id, "version": old.version, "pack": old.pack, "line": 1}]
    failing["facts"] = {"purpose": "public"}
    report = [{"properties": [{"zh": "日期", "en": "Dates", "failures": [failing], "accepted": []}]}]
    check = PackCheck(
        kind=looking.PROOF, digest="0" * 64, beside={}, passed=False, report=report, by=None, at=utc_now()
    )
    session.add(check)
    session.commit()

    chief.get(f"/site-packs/trial/{check.id}/0")

    assert old.explain.en in chief.text()
    assert latest.explain.en not in chief.text()


def begins(rule) -> date:
    return rule.effective_from or date.min


def test_each_version_of_a_rule_in_a_draft_says_what_that_version_says(app):
    own = county_pack(explain_en="As it is now.", explain="现在。")
    now = own[own.index(f"  - id: {NAME}.pilot") : own.index("\nexamples:")]
    of_old = now.replace("from: 2026-12-01, to: null", "from: null, to: 2026-11-30").replace("现在。", "从前。")
    unread = now.replace("effective: {from: 2026-12-01, to: null}", "effective: 明年").replace("现在。", "日后。")
    several = "\n".join(one.rstrip("\n") for one in (now, of_old.replace("As it is now.", "As it was."), unread))

    with app.test_request_context():
        said = words.sentences(PackVersion(name=NAME, text=own.replace(now, several)))

    assert said[f"{NAME}.pilot@2026-12-01"] == said[f"{NAME}.pilot"] == "现在。"
    assert said[f"{NAME}.pilot@method"] == "从前。"
