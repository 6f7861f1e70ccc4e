"""The pages of openings: asking, a second person's answer, reading with a line in the log, refusals that stay."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from casebook.complaints import log
from casebook.db import utc_now
from casebook.errors import SealBroken
from casebook.models import AdvanceFiling, Event, Opening
from casebook.procedure.dates import today
from casebook.seal import messages, openings
from casebook.seal.store import new_handle
from casebook.seal.tables import cells
from tests.complaints import SEALED, a_complaint, handler
from tests.stages import Cast

WHY = "核对中性摘录是否准确"


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.fixture
def complaint(session, cast, seal):
    complaint = a_complaint(session, cast, seal, "accepted")
    if not any(duty.user_id == cast.officer.id for duty in complaint.duties):
        handler(session, cast, complaint)
    a_complaint(session, cast, seal, "accepted", naming="anonymous")
    session.commit()
    return complaint


class Browser:
    """Asks for pages in Chinese and sends fields with the token of the page last shown; nobody else is writing then."""

    def __init__(self, client, session):
        self.client, self.session, self.token = client, session, ""

    def get(self, path):
        self.session.commit()
        page = self.client.get(path)
        if found := re.search(r'name="csrf_token" value="([^"]+)"', page.text):
            self.token = found[1]
        return page

    def post(self, path, **fields):
        self.session.commit()
        return self.client.post(path, data={**fields, "csrf_token": self.token})


@pytest.fixture
def visitor(client, session):
    return Browser(client, session)


def ask(session, complaint, by, **changed):
    opening = openings.ask(
        session, complaint, by, **{"scope": "text", "purpose": "checking", "reason": WHY, **changed}
    )
    session.commit()
    return opening


def grant(session, opening, by, days=7):
    openings.answer(session, opening, by, granted=True, until=today() + timedelta(days=days), on=today())
    session.commit()


def readings(session, complaint):
    session.rollback()
    return [event for event in log.history(session, complaint, reads=True) if event.kind == "seal.read"]


def nothing_sealed_in(text):
    return (
        not [word for word in SEALED.values() if len(word) > 4 and word in text]
        and SEALED["name"] not in text
    )


def test_from_the_request_to_the_page_that_is_read(client, session, cast, complaint, sign_in, visitor):
    sign_in(cast.officer)
    page = visitor.get(f"/complaints/{complaint.number}/openings/ask/text")
    assert "核对中性摘录与原文" in page.text
    visitor.post(f"/complaints/{complaint.number}/openings/ask/text", purpose="checking", reason=WHY)
    (opening,) = [one for one in session.scalars(select(Opening)) if one.purpose == "checking"]
    session.commit()

    sign_in(cast.chief)
    assert complaint.number in visitor.get("/openings").text
    page = visitor.get(f"/complaints/{complaint.number}/openings")
    assert WHY in page.text
    assert "待答复" in page.text
    until = today() + timedelta(days=5)
    name = f"o{opening.id}"
    visitor.post(
        f"/complaints/{complaint.number}/openings/{opening.id}/answer",
        **{f"{name}-granted": "yes", f"{name}-reason": "", f"{name}-until-year": str(until.year),
           f"{name}-until-month": str(until.month), f"{name}-until-day": str(until.day)},
    )  # fmt: skip

    sign_in(cast.officer)
    page = visitor.get(f"/complaints/{complaint.number}/sealed/text")
    assert page.status_code == 200
    assert SEALED["text"] in page.text
    assert SEALED["name"] not in page.text
    assert WHY in page.text
    assert cast.chief.name in page.text
    assert page.headers["Cache-Control"] == "no-store"
    (line,) = readings(session, complaint)
    assert (line.by_id, line.detail["what"]) == (cast.officer.id, "page")
    session.commit()
    assert "<dt>查看</dt><dd>1 次</dd>" in visitor.get(f"/complaints/{complaint.number}/openings").text


def test_going_to_paper_is_a_line_of_its_own_and_the_page_itself_prints_nothing(
    client, session, cast, complaint, sign_in, visitor
):
    grant(session, ask(session, complaint, cast.officer, scope="identity", purpose="protection"), cast.chief)
    sign_in(cast.officer)
    page = visitor.get(f"/complaints/{complaint.number}/sealed/identity")
    shown = page.text[page.text.index(SEALED["contact"]) - 400 :]
    assert SEALED["name"] in page.text
    assert 'class="cb-noprint"' in shown
    paper = visitor.post(f"/complaints/{complaint.number}/sealed/identity/print")
    assert paper.status_code == 200
    assert SEALED["name"] in paper.text
    assert 'class="cb-noprint"' not in paper.text
    assert [line.detail["what"] for line in readings(session, complaint)] == ["page", "print"]


@pytest.mark.parametrize(
    "who", ["officer", "receiver", "chief", "superior", "reviewer", "receiver2", "stranger", "auditor"]
)
def test_without_an_opening_nobody_sees_anything(client, session, cast, complaint, sign_in, visitor, who):
    sign_in(getattr(cast, who))
    for path in ("sealed/text", "sealed/identity", "sealed/files/0"):
        page = visitor.get(f"/complaints/{complaint.number}/{path}")
        assert page.status_code in (403, 404, 409)
        assert nothing_sealed_in(page.text)
    visitor.get("/account")
    for scope in ("text", "identity"):
        paper = visitor.post(f"/complaints/{complaint.number}/sealed/{scope}/print")
        assert paper.status_code in (403, 404, 409)
        assert nothing_sealed_in(paper.text)
    assert readings(session, complaint) == []


def test_one_refuses_with_a_reason_and_everybody_concerned_sees_it_for_good(
    client, session, cast, complaint, sign_in, visitor
):
    opening = ask(session, complaint, cast.officer)
    sign_in(cast.chief)
    visitor.get(f"/complaints/{complaint.number}/openings")
    address, name = f"/complaints/{complaint.number}/openings/{opening.id}/answer", f"o{opening.id}"
    page = visitor.post(address, **{f"{name}-granted": "no", f"{name}-reason": ""})
    assert page.status_code == 422
    assert "请说明具体理由" in page.text
    visitor.post(address, **{f"{name}-granted": "no", f"{name}-reason": "现有摘录已足以核查"})
    for who in (cast.officer, cast.receiver, cast.auditor, cast.superior):
        sign_in(who)
        page = visitor.get(f"/complaints/{complaint.number}/openings")
        assert "现有摘录已足以核查" in page.text
        assert "不予批准" in page.text


def test_nobody_answers_their_own_request_nor_one_of_another_complaint(
    client, session, cast, complaint, sign_in, visitor
):
    own = ask(session, complaint, cast.chief)
    other = next(iter(session.scalars(select(Opening).where(Opening.complaint_id != complaint.id))))
    session.commit()
    sign_in(cast.chief)
    page = visitor.get(f"/complaints/{complaint.number}/openings")
    assert f"o{own.id}-granted" not in page.text
    answer = visitor.post(
        f"/complaints/{complaint.number}/openings/{own.id}/answer", **{f"o{own.id}-granted": "yes"}
    )
    assert answer.status_code == 403
    for act in ("answer", "end"):
        assert visitor.post(f"/complaints/{complaint.number}/openings/{other.id}/{act}").status_code == 404


def test_what_is_missing_is_said_and_what_was_typed_stays(client, session, cast, complaint, sign_in, visitor):
    sign_in(cast.officer)
    visitor.get(f"/complaints/{complaint.number}/openings/ask/identity")
    page = visitor.post(f"/complaints/{complaint.number}/openings/ask/identity", purpose="", reason=WHY)
    assert page.status_code == 422
    assert "请从所列目的中选择" in page.text
    assert WHY in page.text
    ask(session, complaint, cast.officer)
    page = visitor.post(f"/complaints/{complaint.number}/openings/ask/text", purpose="checking", reason=WHY)
    assert page.status_code == 409
    assert "正待答复" in page.text
    opening = session.scalars(select(Opening).where(Opening.purpose == "checking")).one()
    session.commit()
    sign_in(cast.chief)
    visitor.get(f"/complaints/{complaint.number}/openings")
    name = f"o{opening.id}"
    for typed, said in (
        ({}, "请选择"),
        ({f"{name}-granted": "yes", f"{name}-until-year": "2026", f"{name}-until-month": "2", f"{name}-until-day": "31"}, "没有这一天"),
        ({f"{name}-granted": "yes", f"{name}-until-year": "2099", f"{name}-until-month": "1", f"{name}-until-day": "1"}, "截止日应在"),
    ):  # fmt: skip
        page = visitor.post(f"/complaints/{complaint.number}/openings/{opening.id}/answer", **typed)
        assert page.status_code == 422
        assert said in page.text


def test_an_opening_is_handed_back_once(client, session, cast, complaint, sign_in, visitor):
    opening = ask(session, complaint, cast.officer)
    grant(session, opening, cast.chief)
    sign_in(cast.officer)
    visitor.get(f"/complaints/{complaint.number}/openings")
    address = f"/complaints/{complaint.number}/openings/{opening.id}/end"
    assert visitor.post(address).status_code == 302
    assert visitor.post(address).status_code == 409
    assert visitor.get(f"/complaints/{complaint.number}/sealed/text").status_code == 409


def test_of_an_anonymous_author_the_page_offers_no_identity(client, session, cast, seal, sign_in, visitor):
    complaint = a_complaint(session, cast, seal, "accepted", naming="anonymous")
    session.commit()
    sign_in(cast.receiver)
    page = visitor.get(f"/complaints/{complaint.number}/openings")
    assert "ask/identity" not in page.text
    assert "不提供此项功能" in page.text
    page = visitor.get(f"/complaints/{complaint.number}/openings/ask/identity")
    assert "第二十九条" in page.text
    assert '<form method="post" action="/complaints' not in page.text
    page = visitor.post(
        f"/complaints/{complaint.number}/openings/ask/identity", purpose="protection", reason=WHY
    )
    assert page.status_code == 409
    session.rollback()
    assert not list(session.scalars(select(Opening).where(Opening.scope == "identity")))


def test_files_come_out_as_downloads_and_words_as_text(
    client, session, cast, seal, complaint, sign_in, visitor
):
    seal.put_file(complaint.handle, "<b>证据</b>.txt", BytesIO("附件内容".encode()))
    seal.put(complaint.handle, "text", '<script>alert(1)</script>\n=HYPERLINK("x")\u202e尾')
    messages.post(seal, complaint.handle, "author", "<img src=x>", today())
    grant(session, ask(session, complaint, cast.officer), cast.chief)
    sign_in(cast.officer)
    page = visitor.get(f"/complaints/{complaint.number}/sealed/text")
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "\u202e" not in page.text
    assert "[U+202E]" in page.text
    (file,) = seal.files(complaint.handle)
    found = visitor.get(f"/complaints/{complaint.number}/sealed/files/{file.id}")
    assert found.data.decode() == "附件内容"
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert found.headers["Cache-Control"] == "no-store"
    assert visitor.get(f"/complaints/{complaint.number}/sealed/files/none").status_code == 404
    assert [line.detail["what"] for line in readings(session, complaint)] == ["page", "file", "file"]


def test_altered_content_is_an_error_page_that_shows_nothing_of_it(
    client, session, cast, seal, complaint, sign_in, visitor, caplog
):
    grant(session, ask(session, complaint, cast.officer), cast.chief)
    with seal.writing() as connection:
        connection.execute(cells.update().where(cells.c.name == "field:text").values(data=b"x" * 60))
    with pytest.raises(SealBroken):
        seal.read(complaint.handle, "text")
    sign_in(cast.officer)
    page = visitor.get(f"/complaints/{complaint.number}/sealed/text")
    assert page.status_code == 500
    assert "不予显示" in page.text
    assert "SealBroken" in caplog.text
    assert nothing_sealed_in(page.text + caplog.text)
    assert complaint.handle not in page.text + caplog.text


def test_without_the_keys_the_pages_say_nothing_of_where_they_lie(
    client, session, cast, seal, complaint, sign_in, visitor, caplog
):
    grant(session, ask(session, complaint, cast.officer), cast.chief)
    sign_in(cast.officer)
    seal.keys_path.rename(seal.keys_path.with_name("elsewhere"))
    page = visitor.get(f"/complaints/{complaint.number}/sealed/text")
    assert page.status_code == 500
    assert "seal_keys" not in page.text
    assert "seal_keys" in caplog.text
    assert readings(session, complaint) == []


def test_the_store_never_learns_of_the_sealed_words_by_an_opening(
    client, session, cast, complaint, sign_in, visitor
):
    grant(session, ask(session, complaint, cast.officer), cast.chief)
    sign_in(cast.officer)
    visitor.get(f"/complaints/{complaint.number}/sealed/text")
    visitor.get(f"/complaints/{complaint.number}/openings")
    visitor.get("/openings")
    session.rollback()
    told = str([event.detail for event in session.scalars(select(Event))])
    assert nothing_sealed_in(told)
    assert WHY not in told


def test_a_filing_is_opened_on_the_same_pages(client, session, cast, seal, sign_in, visitor):
    handle = new_handle()
    seal.put_all(handle, {"plan": "试点方案全文", "risks": "风险研判"})
    filing = AdvanceFiling(
        number="T-B2026-0001", organisation_id=cast.county.id, handle=handle, sha256="0" * 64, title="试点", unit="青石镇",
        filed_by="王五", filed_at=utc_now(),
    )  # fmt: skip
    session.add(filing)
    session.flush()
    log.record(session, "opening.asked", None, filing, rows=[filing])
    session.commit()
    sign_in(cast.officer)
    visitor.get(f"/filings/{filing.number}/openings/ask/text")
    assert (
        visitor.post(
            f"/filings/{filing.number}/openings/ask/text", purpose="checking", reason=WHY
        ).status_code
        == 409
    )
    assert visitor.get(f"/filings/{filing.number}/sealed/text").status_code == 409
    visitor.post(f"/filings/{filing.number}/openings/ask/text", purpose="evidence", reason=WHY)
    opening = session.scalars(select(Opening)).one()
    session.commit()
    grant(session, opening, cast.chief)
    page = visitor.get(f"/filings/{filing.number}/sealed/text")
    assert "试点方案全文" in page.text
    for other in (cast.officer2, cast.chief, cast.superior, cast.receiver, cast.stranger):
        sign_in(other)
        assert visitor.get(f"/filings/{filing.number}/sealed/text").status_code in (403, 404, 409)
