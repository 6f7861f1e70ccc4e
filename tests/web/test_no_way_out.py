"""Markers are planted wherever an author is known or speaks, then looked for on every way out of the house.

Two complaints go their whole way: one proves untrue and the name is cleared, one proves true and becomes a case. Every
page, paper, export, log line, event, figure, search and file is then read by everyone who could reach the respondent.
"""

import io
import json
import logging
import re
import zipfile
from collections import defaultdict
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from casebook import accounts
from casebook.casefile.export import export as export_case
from casebook.clearance import clearances
from casebook.complaints import handling, papers, steps
from casebook.db import make_engine, session_factory, utc_now
from casebook.home import Home
from casebook.models import Complaint, ComplaintPaper, Event, Finding, Scope, Stage
from casebook.precedents.exchange import export as export_precedents
from casebook.procedure import personal_link
from casebook.procedure.dates import today
from casebook.queries import export_cases
from casebook.seal import messages, openings
from tests import handled
from tests.casebook.papers.records import docx_text, pdf_text
from tests.clearances import a_clearance, work_off
from tests.complaints import a_complaint
from tests.conftest import at_work, fresh_database, share_statements
from tests.factories import CHEAP
from tests.stages import Cast, skip_to
from tests.web.visitor import Visitor
from web import create_app
from web.auth import admits
from web.config import Config
from web.session import db_session, sealed

# One marker for each thing an author may be known by; none is part of another, none is a word of the pages.
MARKERS = {
    "name": "钟离望舒", "contact": "13900008765", "identity_number": "110101198001018765",
    "text": "亲眼看见周镇长把修路的活给了外甥玄鸟印记", "earlier": "去年腊月青鸾印记跟镇上说过",
    "file_name": "白泽印记账页.txt", "file": "朱雀印记：账上多付八万", "message": "我又想起来毕方印记那天在场",
    "objection": "我不服饕餮印记还有证人", "answer": "答复内容麒麟印记",
}  # fmt: skip
NEEDLES = [
    "钟离", "望舒", "13900008765", "110101198001018765", "玄鸟印记", "青鸾印记", "白泽印记", "朱雀印记", "毕方印记", "饕餮印记",
    "麒麟印记",
]  # fmt: skip
EVERYBODY = "officer reviewer chief auditor receiver stranger".split()
THE_SAME_FOR_ALL = {"/static", "/rules", "/templates", "/help", "/quiz"}


def found_in(content: bytes | str) -> list[str]:
    """The markers in plain bytes, in any of the ways they may be written down."""
    data = content.encode() if isinstance(content, str) else content
    written = {
        needle: (
            needle.encode(), needle.encode("gb18030"), needle.encode("utf-16-le"),
            json.dumps(needle)[1:-1].encode(), "".join(f"&#{ord(sign)};" for sign in needle).encode(),
        )
        for needle in NEEDLES
    }  # fmt: skip
    return [needle for needle, ways in written.items() if any(way in data for way in ways)]


def test_the_search_for_markers_finds_them_however_they_are_written():
    assert found_in("……钟离……") == ["钟离"]
    assert found_in("玄鸟印记".encode("gb18030")) == ["玄鸟印记"]
    assert found_in(json.dumps({"a": "青鸾印记"})) == ["青鸾印记"]
    assert found_in("nothing at all") == []


@pytest.fixture(scope="module")
def story(server_url, template, templates, tmp_path_factory):
    """Both complaints at their end, with everything said and issued that may be, and the site over them."""
    folder = tmp_path_factory.mktemp("no-way-out")
    with fresh_database(server_url, template, folder) as url:
        home = Home(folder / "home", url)
        home.create()
        app = create_app(Config(home=home, testing=True))
        app.add_url_rule("/broken", "broken", admits()(broken))
        engine = share_statements(make_engine(url))
        with session_factory(engine)() as session, home.seal() as seal, at_work(app, templates):
            told = tell(session, home, seal)
            # What is read of a row between two requests opens a transaction: end it before the page writes.
            app.before_request_funcs.setdefault(None, []).insert(0, session.commit)
            yield SimpleNamespace(**told, session=session, home=home, seal=seal, app=app, engine=engine)
        engine.dispose()


def tell(session, home, seal) -> dict:
    """What happened."""
    cast = Cast(session, home)
    sealed = {name: MARKERS[name] for name in ("name", "contact", "identity_number", "text", "earlier")}
    untrue = a_complaint(session, cast, seal, "concluded", **sealed)
    seal.put_file(untrue.handle, MARKERS["file_name"], io.BytesIO(MARKERS["file"].encode()))
    messages.post(seal, untrue.handle, "author", MARKERS["message"], today())
    handled.tell(session, cast, seal, untrue, words=f"经核查不属实。{MARKERS['answer']}")
    true = a_complaint(session, cast, seal, "handling", **sealed)
    handled.find(
        session, cast, true, *[Finding.SUBSTANTIATED] * len(true.points), whole=Finding.SUBSTANTIATED
    )
    handled.conclude(session, cast, true)
    case = handling.open_case(
        session, true, cast.officer, title="村道改造未公开招标", summary="核实道路工程未公开招标。"
    )
    clearance = a_clearance(session, cast, "approved", complaint=untrue)
    for about, kinds in (
        (untrue, ("acceptance_notice", "result_feedback")),
        (clearance, ("clearance_notice", "clearance_letter", "clearance_approval", "clearance_record")),
    ):
        for kind in kinds:
            by = cast.receiver if about is untrue else cast.officer
            papers.issue(session, home, about, kind, by, today())
    work_off(session, cast, clearance)
    clearances.close(session, clearance, cast.officer, on=today())
    skip_to(session, case, Stage.HEARING)
    _link, token, code = personal_link.create_link(session, case, cast.officer, hasher=CHEAP)
    session.commit()
    return {
        "cast": cast, "untrue": untrue, "true": true, "case": case, "clearance": clearance, "token": token,
        "code": code,
    }  # fmt: skip


def visit(story, person: str = "", language: str = "zh") -> Visitor:
    """A browser of that person of the cast; of nobody without one."""
    client = story.app.test_client()
    if person:
        user = getattr(story.cast, person)
        token = accounts.start_sign_in(story.session, user)
        story.session.commit()
        with client.session_transaction() as cookie:
            cookie["sign_in"], cookie["user_id"] = token, user.id
    return Visitor(client, language)


def addresses(story) -> list[str]:
    """Every address of the site that is read, filled in with what the story made."""
    numbers = {
        "/complaints": (story.untrue.number, story.true.number), "/clearances": (story.clearance.number,),
        "/returns": ("none",), "/filings": ("none",), "/cases": (story.case.number,),
    }  # fmt: skip
    found = []
    for rule in story.app.url_map.iter_rules():
        opening = "/" + str(rule).split("/")[1]
        if "GET" not in rule.methods or opening in THE_SAME_FOR_ALL:
            continue
        for number in numbers.get(opening, ("1",)):
            path = str(rule).replace("<number>", number).replace("<token>", story.token)
            path = re.sub(r"<any\((\w+).*?\):\w+>", r"\1", path)
            path = re.sub(r"<int[^>]*:\w+>", "1", path)
            path = re.sub(r"<[^>]*code>", steps.STEPS["protect"].code, path)
            found.append(re.sub(r"<[^>]+>", "motive", path))
    return found


def test_no_page_shows_anybody_who_complained_or_in_what_words(story, caplog, capfd):
    shown = defaultdict(set)
    with caplog.at_level(logging.DEBUG):
        for person in [*EVERYBODY, ""]:
            visitor = visit(story, person)
            for path in addresses(story):
                visitor.get(path)
                if visitor.status == 200:
                    shown[path].add(person)
                headers = str(visitor.response.headers)
                assert not found_in(visitor.response.data) + found_in(headers), (person, path)
    assert found_in(caplog.text + "".join(capfd.readouterr())) == []
    # There was something to see: each of these was really shown to somebody.
    assert {"officer", "chief", "auditor", "receiver"} <= shown[f"/complaints/{story.untrue.number}"]
    assert {"officer", "chief", "auditor"} <= shown[f"/clearances/{story.clearance.number}"]
    assert {"officer", "reviewer", "chief", "auditor"} <= shown[f"/cases/{story.case.number}"]
    assert shown["/figures"] > {"chief"}


@pytest.mark.parametrize("person", ["officer", "reviewer", "chief", "auditor"])
def test_no_search_finds_what_an_author_wrote(story, person):
    visitor = visit(story, person)

    for path in ("/search", "/cases", "/complaints", "/clearances", "/precedents"):
        visitor.get(path, q="螭吻无此词")
        if visitor.status == 200:
            in_vain = visitor.text().replace("螭吻无此词", "")
            for needle in NEEDLES:
                visitor.get(path, q=needle)
                assert (visitor.status, visitor.text().replace(needle, "")) == (200, in_vain), (path, needle)


def test_the_respondent_reads_nothing_of_an_author_behind_their_own_link(story):
    visitor = visit(story)
    visitor.get(f"/answer/{story.token}")
    visitor.post(f"/answer/{story.token}", {"code": story.code})
    visitor.get(f"/answer/{story.token}")

    assert visitor.status == 200
    assert found_in(visitor.response.data) == []
    for number in (story.true.number, story.untrue.number):
        assert number not in visitor.response.data.decode()
    assert "检举" not in visitor.text()


def test_no_export_and_no_case_file_carries_anything_of_a_complaint(story):
    written = io.BytesIO()
    export_case(story.session, story.home, story.case, story.cast.officer, utc_now()).write(written)
    with zipfile.ZipFile(written) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["names"] = "\n".join(parts).encode()
    parts["cases"] = json.dumps(
        export_cases(story.session, story.cast.auditor), ensure_ascii=False, default=str
    ).encode()
    parts["precedents"] = export_precedents(story.session, story.cast.reviewer, "jsonl")

    for name, content in parts.items():
        assert found_in(content) == [], name
        for number in (story.true.number, story.untrue.number, story.true.handle, story.untrue.handle):
            assert number.encode() not in content, name


def test_no_paper_carries_anything_of_an_author_not_even_in_what_a_file_says_of_itself(story):
    issued = story.session.scalars(select(ComplaintPaper)).all()
    assert len(issued) == 6
    for paper in issued:
        for form, sha256 in (("pdf", paper.pdf_sha256), ("docx", paper.docx_sha256)):
            content = (story.home.files / sha256[:2] / sha256).read_bytes()
            words = pdf_text(content) if form == "pdf" else docx_text(content)
            assert found_in(content) + found_in(words) == [], (paper.kind, form)
            if form == "docx":
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    inside = b"".join(archive.read(name) for name in archive.namelist())
                assert found_in(inside) == [], paper.kind
            if paper.about == "clearance" and paper.kind in ("clearance_notice", "clearance_letter"):
                assert story.untrue.number not in words
                assert str(story.untrue.received_on) not in words


def test_neither_the_store_nor_any_file_of_the_house_holds_a_word_in_the_open(story):
    story.session.commit()
    for event in story.session.scalars(select(Event)):
        assert found_in(json.dumps(event.detail, ensure_ascii=False)) == [], event.kind
    for path in story.home.path.parent.rglob("*"):  # the main store, the sealed one, its log, files, keys
        if path.is_file():
            assert found_in(path.read_bytes()) == [], path


def broken():
    """A page that has read what is sealed and then breaks."""
    handle = db_session().scalars(select(Complaint.handle)).first()
    found = {name: sealed().read(handle, name) for name in ("name", "text")}
    assert found == {name: MARKERS[name] for name in found}
    raise RuntimeError("broken")


def test_a_page_that_breaks_says_nothing_of_what_it_had_before_it(story, caplog):
    story.app.config["PROPAGATE_EXCEPTIONS"] = False
    visitor = visit(story, "officer")
    with caplog.at_level(logging.DEBUG):
        visitor.get("/broken")

    assert visitor.status == 500
    assert "RuntimeError: broken" in caplog.text
    assert found_in(visitor.response.data) + found_in(caplog.text) == []


def test_whoever_was_granted_an_opening_and_nobody_else_reads_it(story):
    session, seal, cast, complaint = story.session, story.seal, story.cast, story.untrue
    opening = openings.ask(
        session, complaint, cast.officer, scope=Scope.TEXT, purpose="evidence", reason="核对原文所附账页"
    )
    openings.answer(
        session, opening, cast.chief, granted=True, reason="同意，限核对账页", on=today(), until=today(),
    )  # fmt: skip

    assert MARKERS["text"] in openings.read_text(session, seal, complaint, cast.officer, today())["text"]
