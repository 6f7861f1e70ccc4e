"""The public page of advance filings, the check of a proof, the register, and a filing as evidence in a case."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from casebook.clearance import filings
from casebook.models import AdvanceFiling, Event, Stage
from casebook.procedure.dates import today
from casebook.seal import openings
from tests.casebook.clearance.test_filings import FIELDS, opened
from tests.stages import Cast, recommended_case, skip_to
from tests.web.visitor import Visitor
from web.complaints.tries import ADDRESS

PUBLIC = "/advance-filing"


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def filer(app, client, cast, session):
    # What a test reads of a row on its way to a request opens a transaction: end it before the page writes.
    app.before_request_funcs.setdefault(None, []).insert(0, session.commit)
    session.commit()
    visitor = Visitor(client, "en")
    visitor.get(PUBLIC)
    return visitor


def typed(cast, **changes) -> dict:
    return {**FIELDS, "organ": cast.county.code, **changes}


def receipt(visitor) -> str:
    return visitor.page.select_one("#receipt").get_text("", strip=True).replace("-", "")


def only_filing(session) -> AdvanceFiling:
    session.expire_all()
    return session.scalars(select(AdvanceFiling)).one()


def certificate(visitor) -> str:
    visitor.send("Download the certificate")
    return visitor.response.get_data(as_text=True)


# -- filing


def test_somebody_without_an_account_files_and_gets_receipt_number_moment_and_hash(filer, cast, session):
    filer.send("File it", **typed(cast))

    assert filer.status == 200
    filing = only_filing(session)
    for shown in (filing.number, filing.sha256, "Your filing has been received", FIELDS["title"]):
        assert shown in filer.text(), shown
    assert len(receipt(filer)) == 20
    assert filing.organisation_id == cast.county.id


def test_the_page_speaks_chinese(client, cast, session):
    session.commit()
    visitor = Visitor(client, "zh")
    visitor.get(PUBLIC)
    assert visitor.heading == "提交事前报备"
    visitor.send("提交报备", **typed(cast))
    assert visitor.heading == "报备已收到"


def test_reloading_the_receipt_files_nothing_more(filer, cast, session):
    number = filer.page.select_one("input[name=form]")["value"]
    filer.send("File it", **typed(cast))
    first = receipt(filer)

    filer.post(PUBLIC, {**typed(cast), "form": number, "then": "file"})

    assert "already" in filer.heading
    assert receipt(filer) == first
    only_filing(session)


def test_the_same_form_with_other_words_keeps_the_first_and_says_so(filer, cast, session, seal):
    number = filer.page.select_one("input[name=form]")["value"]
    filer.send("File it", **typed(cast))
    filer.post(PUBLIC, {**typed(cast, plan="改过的方案"), "form": number, "then": "file"})

    assert "The first sending counts." in filer.text()
    assert "改过的方案" not in filer.text()
    assert FIELDS["plan"] in seal.read(only_filing(session).handle, "text")


@pytest.mark.parametrize("name", ["title", "name", "unit", "plan", "risks", "told"])
def test_what_is_missing_is_named_and_the_rest_stays(filer, cast, session, name):
    filer.send("File it", **typed(cast, **{name: " "}))

    assert filer.status == 422
    assert len(filer.errors) == 1
    for other in FIELDS.keys() - {name}:
        field = filer.page.select_one(f"[name={other}]")
        assert (field.get("value") or field.text).strip() == FIELDS[other], other
    assert session.scalars(select(AdvanceFiling)).all() == []


def test_files_survive_a_form_that_is_refused(filer, cast, session, seal):
    filer.send("File it", files={"file": (io.BytesIO("方案".encode()), "方案.txt")}, **typed(cast, plan=""))
    assert filer.status == 422
    assert "方案.txt" in filer.text()

    filer.send("File it", **typed(cast))

    filing = only_filing(session)
    assert [file.filename for file in seal.files(filing.handle)] == ["方案.txt"]
    assert "方案.txt SHA-256" in filer.text()


def test_a_file_is_added_and_taken_away_before_filing(filer, cast, session, seal):
    filer.send("Add these files first", files={"file": (io.BytesIO(b"one"), "one.txt")}, **typed(cast))
    assert filer.status == 200
    assert "one.txt" in filer.text()
    button = filer.page.select_one("button[value^=remove-]")
    number = filer.page.select_one("input[name=form]")["value"]
    filer.post(PUBLIC, {**typed(cast), "form": number, "then": button["value"]})

    assert "one.txt" not in filer.text()


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"MZ\x90", "plan.pdf"), (b"x", "plan.exe"), (b"", "plan.txt"), (b"x", "<script>.svg")],
)
def test_a_hostile_file_is_refused_and_nothing_typed_is_lost(filer, cast, session, content, name):
    filer.send("File it", files={"file": (io.BytesIO(content), name)}, **typed(cast))

    assert filer.status == 422
    assert filer.page.select_one("textarea[name=plan]").text.strip() == FIELDS["plan"]
    assert "<script>." not in filer.response.text
    assert session.scalars(select(AdvanceFiling)).all() == []


def test_an_organ_that_is_none_or_that_nobody_leads_is_refused(filer, cast, session):
    filer.send("File it", **typed(cast, organ="NOWHERE"))
    assert filer.status == 422
    assert filer.errors == ["Choose the organ to which it goes."]
    assert session.scalars(select(AdvanceFiling)).all() == []


def test_a_form_nobody_numbered_is_shown_again_with_everything_typed(filer, cast, session):
    filer.post(PUBLIC, {**typed(cast), "form": "forged", "then": "file"})

    assert filer.status == 422
    assert filer.page.select_one("textarea[name=risks]").text.strip() == FIELDS["risks"]
    filer.send("File it")
    assert filer.status == 200
    only_filing(session)


def test_markup_is_shown_as_text(filer, cast):
    filer.send("File it", **typed(cast, plan="<script>alert(1)</script> =1+1"))
    assert "<script>alert" not in filer.response.text
    assert "<script>alert(1)</script> =1+1" in filer.text()


def test_an_addition_names_the_first_by_its_receipt(filer, cast, session):
    filer.send("File it", **typed(cast))
    first = only_filing(session)
    code = receipt(filer)
    filer.get(PUBLIC)
    filer.send("File it", **typed(cast, plan="补充", first=f"{code[:4]}-{code[4:].lower()}"))

    assert filer.status == 200
    session.expire_all()
    more = session.scalars(select(AdvanceFiling).where(AdvanceFiling.adds_to_id == first.id)).one()
    assert first.number in filer.text()
    assert more.number != first.number


def test_a_mistyped_receipt_is_told_from_an_unknown_one(filer, cast, session):
    filer.send("File it", **typed(cast))
    code = receipt(filer)
    wrong = code[:-1] + ("3" if code[-1] != "3" else "4")
    filer.get(PUBLIC)
    filer.send("File it", **typed(cast, first=wrong))
    assert "mistyped" in filer.errors[0]
    filer.send("File it", **typed(cast, first="3333-3333-3333-3333-3333"))
    assert filer.status == 422
    only_filing(session)


def test_a_wrong_first_receipt_seals_nothing_and_says_what_else_is_wrong(filer, cast, session, seal):
    filer.send("File it", **typed(cast, first="3333-3333-3333-3333-3333", name=""))

    assert filer.status == 422
    assert len(filer.errors) == 2
    assert seal.having("text") == set()
    filer.send("File it", **typed(cast, first="3333-3333-3333-3333-3333"))
    assert len(filer.errors) == 1
    assert seal.having("text") == set()


# -- proof


def test_the_certificate_is_downloaded_with_the_text_and_proves_it(filer, cast, session):
    filer.send("File it", **typed(cast))
    filing = only_filing(session)
    paper = certificate(filer)
    assert filer.response.headers["Content-Disposition"].startswith("attachment")
    assert FIELDS["plan"].split("\n", maxsplit=1)[0] in paper

    filer.get(f"{PUBLIC}/check")
    for brought in (paper, filing.sha256):
        filer.send("Check it", text=brought)
        assert "Exactly this was filed." in filer.text()
        assert filing.number in filer.text()
    filer.send("Check it", files={"file": (io.BytesIO(paper.encode()), "a.txt")}, text="")
    assert "Exactly this was filed." in filer.text()


def test_the_check_reveals_nothing_of_the_content(filer, cast, session):
    filer.send("File it", **typed(cast))
    filing = only_filing(session)
    filer.get(f"{PUBLIC}/check")
    filer.send("Check it", text=filing.sha256)

    for secret in ("MARKER", FIELDS["title"], FIELDS["name"], FIELDS["unit"]):
        assert secret not in filer.text(), secret


def test_a_changed_text_and_a_changed_certificate_are_not_proved(filer, cast, session):
    filer.send("File it", **typed(cast))
    paper = certificate(filer)
    filer.get(f"{PUBLIC}/check")
    filer.send("Check it", text="别的方案")
    assert "Nothing with this hash was filed here." in filer.text()
    filer.send("Check it", text=paper.replace("三个月", "四个月"))
    assert "does not go with the hash" in filer.text()
    filer.send("Check it", text=" ")
    assert filer.status == 422


def test_a_register_that_was_changed_is_told_to_whoever_checks(filer, cast, session):
    filer.send("File it", **typed(cast))
    filing = only_filing(session)
    sha256 = filing.sha256
    session.execute(update(AdvanceFiling).values(filed_at=filing.filed_at - timedelta(days=30)))
    session.commit()
    filer.get(f"{PUBLIC}/check")
    filer.send("Check it", text=sha256)

    assert "the register of the organ was changed since" in filer.text()


@pytest.mark.parametrize("content", [b"\x00\xff\xfe" * 1000, b"A" * 1_100_000, "绝".encode("gbk")])
def test_a_hostile_certificate_proves_nothing_and_breaks_nothing(filer, cast, content):
    filer.get(f"{PUBLIC}/check")
    filer.send("Check it", files={"file": (io.BytesIO(content), "a.txt")}, text="")

    assert filer.status == 200
    assert "Nothing with this hash was filed here." in filer.text()


def test_wrong_receipts_are_slowed_down_and_right_ones_are_not(filer, cast, session):
    filer.send("File it", **typed(cast))
    code, path = receipt(filer), f"{PUBLIC}/certificate"
    for _ in range(3 * ADDRESS.burst):
        filer.post(path, {"receipt": code})
        assert filer.status == 200
    statuses = []
    for _ in range(ADDRESS.burst + 1):
        filer.post(path, {"receipt": "3" * 20})
        statuses.append(filer.status)

    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert int(filer.response.headers["Retry-After"]) > 0


def test_no_receipt_stands_in_an_address_a_cookie_or_an_event(filer, cast, session):
    filer.send("File it", **typed(cast))
    code = receipt(filer)

    assert code not in str(filer.response.headers)
    assert code not in " ".join(str(event.detail) for event in session.scalars(select(Event)))
    assert re.search(rf"[?&].*{code}", filer.response.text) is None


# -- the register, and evidence


def test_the_register_shows_the_entry_and_not_the_content(filer, as_, cast, session):
    filer.send("File it", **typed(cast))
    filing = only_filing(session)
    visitor = as_(cast.officer, "en")
    visitor.get("/filings")
    assert filing.number in visitor.text()
    visitor.get("/filings", q="没有这样的词%")
    assert "No filing has these words." in visitor.text()
    visitor.get(f"/filings/{filing.number}")

    assert "MARKER" not in visitor.response.text
    assert "Unchanged" in visitor.text()
    assert "open it first" in visitor.text()


@pytest.mark.parametrize("who", ["stranger", "superior_reviewer"])
def test_another_organ_finds_no_entry(filer, as_, cast, session, who):
    filer.send("File it", **typed(cast))
    filing = only_filing(session)
    visitor = as_(getattr(cast, who), "en")
    visitor.get("/filings")
    assert filing.number not in visitor.text()
    visitor.get(f"/filings/{filing.number}")
    assert visitor.status == 404
    assert FIELDS["title"] not in visitor.response.text


def test_an_opened_filing_becomes_evidence_and_stands_beside_the_facts_on_prior_report(
    filer, as_, cast, session, seal
):
    case = recommended_case(session, cast)
    session.commit()
    filer.send("File it", **typed(cast))
    filing = only_filing(session)
    visitor = as_(cast.officer, "en")
    visitor.post(f"/filings/{filing.number}/link", {"case": case.number})
    visitor.get("/account")
    visitor.post(f"/filings/{filing.number}/link", {"case": case.number})
    assert visitor.status == 409
    opened(session, seal, cast, filing)
    session.commit()
    visitor.get(f"/filings/{filing.number}")
    visitor.send("Make it evidence", case="NOWHERE-2026-1")
    assert visitor.status == 422
    assert visitor.page.select_one("input[name=case]")["value"] == "NOWHERE-2026-1"
    visitor.send("Make it evidence", case=f" {case.number} ")

    assert visitor.status == 200
    assert filing.number in visitor.text()
    assert "after the conduct began" in visitor.text()
    visitor.get(f"/cases/{case.number}/facts/procedure")
    beside = visitor.page.select_one("#q-advance_filing_done").find_next_sibling()
    assert filing.number in beside.get_text()
    visitor.get(f"/filings/{filing.number}")
    assert case.number in visitor.text()


def test_whoever_may_not_see_the_case_is_not_told_which_it_is(filer, as_, cast, session, seal):
    case = recommended_case(session, cast)
    filer.send("File it", **typed(cast))
    filing = only_filing(session)
    opened(session, seal, cast, filing)
    filings.link(session, filing, cast.officer, case, today())
    skip_to(session, case, Stage.CLOSED)
    session.commit()
    visitor = as_(cast.auditor, "en")
    visitor.get(f"/filings/{filing.number}")
    assert case.number in visitor.text()


def test_what_was_opened_is_read_on_the_page_of_openings(filer, as_, cast, session, seal):
    filer.send("File it", **typed(cast))
    filing = only_filing(session)
    asked = openings.ask(
        session, filing, cast.officer, scope="text", purpose="evidence", reason="核对报备内容与行为"
    )
    openings.answer(session, asked, cast.chief, granted=True, until=today(), on=today())
    session.commit()
    visitor = as_(cast.officer, "en")
    visitor.get(f"/filings/{filing.number}/sealed/text")

    assert visitor.status == 200
    assert "MARKER-P" in visitor.text()


def test_the_certificate_as_a_pdf_is_uploaded_and_answered_clearly(filer, cast, session):
    filer.send("File it", **typed(cast))
    filer.send("Certificate as a PDF")
    assert filer.response.mimetype == "application/pdf"
    paper = filer.response.get_data()

    def asked(content: bytes) -> str:
        filer.get(f"{PUBLIC}/check")
        filer.send("Check it", files={"file": (io.BytesIO(content), "a.pdf")})
        assert filer.status == 200
        return filer.text()

    assert "unchanged to the last byte" in asked(paper)
    assert "all it states agrees with the chain" in asked(paper + b"\n%%EOF\n")
    assert "No text can be read in this PDF." in asked(b"%PDF-1.7 <script>alert(1)</script>")
    filer.get(f"{PUBLIC}/check")
    large = io.BytesIO(b"%PDF-1.7" + b"0" * (5 * 1024 * 1024))
    filer.send("Check it", files={"file": (large, "large.pdf")})
    assert "larger than a certificate" in filer.errors[0]
