"""The public door: nothing typed is lost, nothing is kept of who typed it, and a receipt opens what it should."""

import logging
import re
import zipfile
from io import BytesIO
from types import SimpleNamespace

import pytest
from sqlalchemy import MetaData, select

from casebook.complaints import desk, door
from casebook.models import Complaint
from casebook.procedure.code import ALPHABET, code_of
from casebook.procedure.dates import today
from casebook.seal import drafts, inbox, messages
from casebook.uploads import LIMIT
from tests.complaints import a_complaint
from tests.conftest import at_work
from tests.factories import make_organisation, make_user
from tests.stages import Cast
from tests.web.visitor import Visitor
from web import create_app, passes
from web.complaints import door_faults, door_keys
from web.config import Config

ADDRESS, BROWSER = "203.0.113.77", "Mozilla/5.0 (TellTale 1.0)"
WORDS = {
    "about_name": "周某", "about_unit": "青石镇", "about_post": "镇长", "text": "修路没有招标，多付了八万块。",
    "since": "2025年3月", "naming": "anonymous",
}  # fmt: skip
REAL = {**WORDS, "naming": "real_name", "name": "钟离望舒", "contact": "13900008765"}
CONTINUE, SEND, ADD = "Continue to files", "Send the report", "Add these files"


@pytest.fixture
def seal(home):
    with home.seal() as seal:
        yield seal


@pytest.fixture
def organs(session):
    """Two organs that receive, one whose receiver has left, and one without any."""
    ours = make_organisation(session, code="OURS", name_zh="本机关", name_en="Our organ")
    other = make_organisation(session, code="OTHER", name_zh="另一机关", name_en="Another organ")
    closed = make_organisation(session, code="SHUT", name_en="Shut organ")
    make_organisation(session, code="NONE", name_en="No receiver")
    receiver = make_user(session, "receiver", organisation=ours)
    make_user(session, "receiver", organisation=other)
    make_user(session, "receiver", organisation=closed).active = False
    session.commit()
    return SimpleNamespace(ours=ours, other=other, receiver=receiver)


@pytest.fixture
def author(client, organs):
    return Visitor(client, "en")


@pytest.fixture
def author_zh(client, organs):
    return Visitor(client, "zh")


def fill(author, **changes):
    """The first page filled in and sent."""
    author.get("/report/form")
    author.send(CONTINUE, **{**WORDS, "organ": "OURS", **changes})
    return author


def receipt(author) -> str:
    return author.page.select_one("#receipt").get_text(strip=True)


def report(author, **changes) -> str:
    fill(author, **changes).send(SEND)
    assert author.status == 200, author.text()
    return receipt(author)


def come_back(author, code) -> None:
    author.get("/report/status")
    if author.page.select("header form"):  # somebody is still in
        author.send(form="header form")
        author.get("/report/status")
    author.send("Continue", receipt=code)


def upload(*files: tuple[str, bytes]) -> dict:
    name, content = files[0]
    return {"file": (BytesIO(content), name)}


def kept(seal, code) -> str:
    return inbox.find(seal, code)


# -- what is said before ---------------------------------------------------------------------------------------


def test_the_first_page_says_who_receives_what_each_way_means_and_what_must_not_come(author):
    author.get("/report")

    said = author.text()
    assert "Our organ" in said
    assert "Another organ" in said
    assert "Shut organ" not in said
    assert "No receiver" not in said
    assert "15 working days" in said
    assert "Nobody will look for you" in said
    assert "State secrets must not be entered" in said
    assert "Keep what you are told of the result to yourself" in said


def test_the_first_page_speaks_chinese_and_remembers_the_language_only_until_the_browser_closes(
    client, organs
):
    author = Visitor(client, "zh")
    author.get("/report", lang="zh")
    assert author.heading == "检举控告违纪违法行为"
    assert "不会有人查找您" in author.text()

    author.get("/report", lang="en")

    (cookie,) = [one for one in author.response.headers.getlist("Set-Cookie") if "casebook_lang" in one]
    assert "Max-Age" not in cookie
    assert "Expires" not in cookie


def test_without_a_receiver_there_is_no_form(client, session):
    make_organisation(session)
    session.commit()
    author = Visitor(client, "en")

    author.get("/report/form")

    assert author.path == "/report"
    assert "No organ of this site receives reports at present" in author.text()


def test_with_one_organ_nobody_is_asked_to_choose(client, session):
    make_user(session, "receiver", organisation=make_organisation(session, code="ONE", name_en="Only organ"))
    session.commit()
    author = Visitor(client, "en")
    author.get("/report/form")
    assert not author.page.select("input[type=radio][name=organ]")

    author.send(CONTINUE, **WORDS)
    author.send(SEND)

    assert "It went to: Only organ" in author.text()


# -- filing ----------------------------------------------------------------------------------------------------


def test_a_report_lies_under_seal_word_for_word_with_its_day_and_nothing_else(author, seal, organs):
    code = report(author, earlier="去年向镇里说过")

    handle = kept(seal, code)
    (waits,) = inbox.waiting(seal, "OURS")
    assert (waits.handle, waits.day, waits.naming) == (handle, today(), "anonymous")
    assert seal.read(handle, "about_name") == "周某"
    assert seal.read(handle, "text") == "修路没有招标，多付了八万块。\n\n【发生时间】2025年3月"
    assert seal.read(handle, "earlier") == "去年向镇里说过"
    assert seal.names(handle) == ["about_name", "about_post", "about_unit", "earlier", "text"]
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{4}}[{ALPHABET}]{{4}}", code)


def test_a_real_name_goes_under_seal_and_a_receiver_takes_it_in_without_it(author, seal, session, organs):
    code = report(author, **REAL)

    assert seal.read(kept(seal, code), "name") == "钟离望舒"
    (complaint,) = desk.take_in(session, seal, organs.receiver)
    session.commit()
    assert complaint.naming == "real_name"
    assert complaint.received_on == today()


def test_it_goes_to_the_organ_that_was_chosen(author, seal):
    report(author, organ="OTHER")

    assert not inbox.waiting(seal, "OURS")
    assert len(inbox.waiting(seal, "OTHER")) == 1


def test_the_same_form_sent_twice_is_one_report_with_one_receipt(author, seal):
    fill(author)
    author.send(ADD, files=upload(("a.txt", b"first")))
    page, path = author.page, author.path
    author.send(SEND)
    first = receipt(author)

    author.page, author.path = page, path
    author.send(SEND)

    assert author.heading == "This report had been received already"
    assert receipt(author) == first
    assert "It was sent twice and is kept once" in author.text()
    assert len(inbox.waiting(seal, "OURS")) == 1
    assert len(seal.files(kept(seal, first))) == 1


def test_what_was_changed_before_the_second_sending_is_not_dropped_in_silence(author, seal):
    fill(author)
    page = author.page
    author.send(SEND)
    first = receipt(author)
    author.page = page

    author.send(SEND, text="改过的内容")

    assert receipt(author) == first
    assert "The first sending counts" in author.text()
    author.send("Send the changed words as a letter")
    assert "What you had typed is below and has not been sent yet" in author.text()
    assert "改过的内容" in author.value("words")
    author.send("Send")
    assert messages.all(seal, kept(seal, first))[0].text.startswith("改过的内容")


def test_two_forms_are_two_reports(author, seal):
    assert report(author) != report(author)
    assert len(inbox.waiting(seal, "OURS")) == 2


def test_protection_asked_for_in_the_form_is_noted_and_stands_among_the_letters(author, seal):
    code = report(author, care=["protection", "retaliation"], care_words="有人威胁要调我去山上")

    handle = kept(seal, code)
    assert set(door.cares(seal, handle)) == {"protection", "retaliation"}
    assert [one.text for one in messages.all(seal, handle)] == [
        "【请求保护】\n有人威胁要调我去山上", "【反映打击报复】"
    ]  # fmt: skip


@pytest.mark.parametrize("care", [["protection", "retaliation"], []])
def test_a_form_sent_several_times_at_once_is_one_report_with_each_letter_once(
    seal, organs, monkeypatch, care
):
    monkeypatch.setattr(inbox, "find", lambda _seal, _receipt: None)  # neither sees what the other does

    for _time in range(2):
        sent = door.hand_in(
            seal, "one form", fields={"text": WORDS["text"]}, care=care, care_words="有人威胁我",
            naming="anonymous", organ_code="OURS", today=today(),
        )  # fmt: skip

    assert len(inbox.waiting(seal, "OURS")) == 1
    assert [one.text.endswith("有人威胁我") for one in messages.all(seal, sent.handle)].count(True) == 1
    assert len(messages.all(seal, sent.handle)) == max(len(care), 1)
    assert set(door.cares(seal, sent.handle)) == set(care)


def test_a_report_that_cannot_be_kept_whole_is_not_kept_at_all(app, author, seal, monkeypatch):
    def fail(*_given):
        raise OSError("disk full")

    monkeypatch.setattr(messages, "add", fail)
    fill(author, care=["protection"], care_words="有人威胁我")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    author.send(SEND)

    assert author.status == 500
    assert not inbox.waiting(seal, "OURS")


# -- what is wrong is named, and what was typed stays ------------------------------------------------------------

WRONG = [
    ({"about_name": "", "about_unit": ""}, "Write the name of the person reported, or at least the unit."),
    ({"text": "  \n "}, "Write what happened."),
    ({"text": "好" * 20_001}, "20000"),
    ({"text": "钱\0款"}, "control characters"),
    ({"naming": None}, "Say whether you report in your own name or anonymously."),
    ({"naming": "unverifiable_name"}, "Say whether you report in your own name or anonymously."),
    ({"naming": "real_name"}, "A report in your own name needs your name."),
    ({"name": "钟离望舒"}, "You chose to stay anonymous, but your name or contact is filled in below."),
    ({**REAL, "contact": ""}, "A report in your own name needs a way to reach you"),
    ({"organ": "SHUT"}, "Choose the organ to which your report goes."),
    ({"organ": None}, "Choose the organ to which your report goes."),
    ({"about_name": "周\u200b某"}, "U+200B"),
    ({"about_unit": "青石镇\u202e"}, "U+202E"),
    ({**REAL, "name": "⼈某"}, "Write “人”"),
    ({"about_name": "周\n某"}, "one line"),
    ({"text": "附后：机密★启封前"}, "classification mark"),
    ({"care_words": "密级：绝密"}, "classification mark"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_what_cannot_be_sent_is_named_and_every_word_stays(author, seal, changes, said):
    fill(author, **changes)

    assert author.status == 422
    assert any(said in error for error in author.errors), author.errors
    sent = {**WORDS, "organ": "OURS", **changes}
    for name in ("about_name", "about_unit", "about_post", "text", "since"):
        assert (author.value(name) or "").strip("\n") == (sent[name] or "").strip("\n").replace(
            "\0", "\ufffd"
        ) or ("\0" in sent[name])
    assert not inbox.waiting(seal, "OURS")


def test_every_error_leads_to_its_field(author):
    fill(author, about_name="周\u200b某", text="", naming=None)

    targets = [link["href"].lstrip("#") for link in author.page.select(".govuk-error-summary__list a")]
    assert len(targets) == 3
    assert all(author.page.find(id=target) for target in targets)


def test_a_form_left_open_for_days_with_a_browser_that_forgot_everything_still_sends(app, organs, seal):
    first = Visitor(app.test_client(), "en")
    first.get("/report/form")
    later = Visitor(app.test_client(), "en")  # no session, no cookie of the first
    later.page, later.path = first.page, first.path

    later.send(CONTINUE, **WORDS, organ="OURS")
    assert later.status == 200
    forgetful = Visitor(app.test_client(), "en")
    forgetful.page, forgetful.path = later.page, later.path
    forgetful.send(SEND)

    assert forgetful.heading == "Your report has been received"


def test_files_wait_a_day_and_words_longer(author, seal, monkeypatch):
    from datetime import timedelta

    import web.complaints.door as pages

    fill(author)
    author.send(ADD, files=upload(("a.txt", b"first")))
    page = author.page
    for days, count in ((1, 1), (2, 0)):
        monkeypatch.setattr(pages, "today", lambda days=days: today() + timedelta(days=days))
        author.page = page
        author.send("Change the words")
        assert author.value("text") == WORDS["text"]
        assert ("a.txt" in author.text()) == bool(count)
    drafts.sweep(seal, today() + timedelta(days=2))
    assert not drafts.kept(seal, door_number(author, page), today())


def door_number(author, page) -> str:
    signed = page.select_one("input[name=form]")["value"]
    with author.client.application.app_context():
        return door_keys.form_number(signed)


@pytest.mark.parametrize("number", ["", "forged", None])
def test_a_form_with_a_number_that_is_not_ours_is_shown_again_with_every_word(author, seal, number):
    author.get("/report/form")
    author.post("/report/form", {**WORDS, "organ": "OURS"} | ({} if number is None else {"form": number}))

    assert author.status == 422
    assert author.value("text") == WORDS["text"]
    author.send(CONTINUE)
    assert author.status == 200
    author.send(SEND)
    assert len(inbox.waiting(seal, "OURS")) == 1


def test_a_form_sent_from_another_site_is_refused(author, seal):
    fill(author)
    author.headers["Sec-Fetch-Site"] = "cross-site"

    author.send(SEND)

    assert author.status == 403
    assert not inbox.waiting(seal, "OURS")


def test_markup_and_formulas_are_shown_as_text(author, seal):
    text = '<script>alert(1)</script> =HYPERLINK("http://evil") {{ 7*7 }}'
    fill(author, text=text, about_unit="<b>青石镇</b>")
    assert text in author.text()
    assert not author.page.select("main b")
    author.send(SEND)
    code = receipt(author)
    come_back(author, code)
    author.send("Send", words=text)

    assert text in author.text()
    assert len(author.page.select("script")) == 1  # our own
    assert seal.read(kept(seal, code), "about_unit") == "<b>青石镇</b>"


def test_invisible_signs_of_a_long_text_are_shown_as_such_before_it_is_sent(author, seal):
    fill(author, text="付\u202e款")

    assert "付[U+202E]款" in author.text()
    author.send(SEND)
    assert seal.read(kept(seal, receipt(author)), "text").startswith("付\u202e款")


# -- files -----------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    """A small archive that would unpack to very much."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("word/document.xml", b"0" * 50_000_000)
    return out.getvalue()


def macros() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"):
            archive.writestr(name, "x")
    return out.getvalue()


REFUSED = [
    ("tool.exe", b"MZ", "not accepted"),
    ("page.html", b"<html>", "not accepted"),
    ("picture.png", b"<svg onload=alert(1)>", "not that of a .png"),
    ("deed.pdf", b"PK\3\4", "not that of a .pdf"),
    ("deed.docx", b"not a zip", "not that of a .docx"),
    ("deed.docx", macros(), "macros"),
    ("empty.txt", b"", "empty"),
    ("huge.txt", b"a" * (LIMIT + 1), "larger than 20 MB"),
    ("photo\u202egnp.exe", b"MZ", "not accepted"),
    ("a.txt\0.exe", b"MZ", "not accepted"),
    ("机密★.txt", b"x", "classification mark"),
    ("bin.txt", b"\0\1\2", "not that of a .txt"),
]


@pytest.mark.parametrize(("name", "content", "said"), REFUSED)
def test_a_file_that_is_not_taken_is_named_and_takes_nothing_with_it(author, seal, name, content, said):
    fill(author)
    author.send(ADD, files=upload(("good.txt", b"good")))

    author.send(SEND, files=upload((name, content)))

    assert author.status == 422
    assert any(said in error for error in author.errors), author.errors
    assert "\u202e" not in author.text()
    assert not inbox.waiting(seal, "OURS")
    author.send(SEND)
    assert [file.filename for file in seal.files(kept(seal, receipt(author)))] == ["good.txt"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:/temp/账本.txt", "账本.txt"),
        ("a\u200bb.txt", "ab.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ("=cmd|'!A1.txt", "=cmd|'!A1.txt"),
    ],
)
def test_the_name_of_a_file_leads_nowhere_and_is_shown_as_it_is_kept(author, seal, name, shown):
    fill(author)
    author.send(ADD, files=upload((name, b"text")))

    assert author.status == 200
    assert shown in author.text()
    author.send(SEND)
    assert [file.filename for file in seal.files(kept(seal, receipt(author)))] == [shown]


def test_an_archive_that_would_unpack_to_very_much_is_kept_as_it_came(author, seal):
    fill(author)
    content = bomb()
    assert len(content) < 100_000

    author.send(ADD, files=upload(("bomb.docx", content)))
    author.send(SEND)

    (file,) = seal.files(kept(seal, receipt(author)))
    assert file.size == len(content)


def test_files_can_be_taken_out_again_and_are_few(author, seal, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_FILES", 2)
    fill(author)
    for name in ("a.txt", "b.txt"):
        author.send(ADD, files=upload((name, b"text")))
    author.send(ADD, files=upload(("c.txt", b"text")))
    assert "At most 2 files" in author.errors[0]
    button = author.page.select_one("button[value^=remove-]")
    author.send(then=button["value"])
    author.send(ADD, files=upload(("c.txt", b"text")))
    author.send(SEND)

    assert [file.filename for file in seal.files(kept(seal, receipt(author)))] == ["b.txt", "c.txt"]


def test_all_files_of_a_report_and_all_drafts_have_a_limit(author, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_BYTES", 10)
    fill(author)
    author.send(ADD, files=upload(("a.txt", b"text of more")))
    assert "Together the files are larger" in author.errors[0]
    monkeypatch.setattr(drafts, "MOST_BYTES", 1000)
    monkeypatch.setattr(drafts, "MOST_HELD", 10)

    author.send(ADD, files=upload(("a.txt", b"text of more")))

    assert "Too many files wait to be sent" in author.errors[0]


def test_where_the_disk_runs_full_words_are_still_taken_and_files_wait(author, seal, monkeypatch):
    usage = SimpleNamespace(free=100 * 1024 * 1024)
    monkeypatch.setattr("casebook.seal.cells.shutil.disk_usage", lambda _folder: usage)
    fill(author)
    author.send(ADD, files=upload(("a.txt", b"one")))
    assert "Too many files wait to be sent at present" in author.text()
    author.send(SEND)
    code = receipt(author)
    come_back(author, code)
    author.send("Hand in", files=upload(("b.txt", b"two")))
    assert "Too many files wait to be sent at present" in author.text()

    usage.free *= 1000
    author.send("Hand in", files=upload(("b.txt", b"two")))
    assert [file.filename for file in seal.files(kept(seal, code))] == ["b.txt"]


def test_more_than_one_upload_takes_is_refused_with_the_way_back(author, seal):
    fill(author)
    page = author.page

    author.send(SEND, files=upload(("huge.txt", b"a" * (22 * 1024 * 1024))))

    assert author.status == 413
    assert "the page with your words" in author.text()
    author.page = page
    author.send(SEND)
    assert author.heading == "Your report has been received"


def test_no_file_lies_in_the_clear_on_the_disk(author, home, tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", None)
    monkeypatch.setattr(tempfile, "TemporaryFile", None)
    marker = b"MARKER-5b1f" * 80_000
    fill(author)

    author.send(ADD, files=upload(("a.txt", marker)))

    assert author.status == 200
    assert not [path for path in files_of(home) if b"MARKER-5b1f" in path.read_bytes()]


# -- nothing is kept of who and when -----------------------------------------------------------------------------


def files_of(home):
    return [path for path in home.path.parent.rglob("*") if path.is_file()]


def whole_store(engine) -> dict:
    """Every row of every table."""
    meta = MetaData()
    meta.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in meta.sorted_tables
        }


def test_filing_and_writing_leave_no_trace_in_the_main_store_the_log_or_any_file(
    author, home, engine, caplog, capfd, organs
):
    caplog.set_level(logging.DEBUG)
    before = whole_store(engine)
    caplog.clear()
    author.headers["User-Agent"] = BROWSER
    author.client.environ_base["REMOTE_ADDR"] = ADDRESS

    fill(author, **REAL, care=["protection"], care_words="怕被报复")
    author.send(ADD, files=upload(("账.txt", "账本内容".encode())))
    author.send(SEND)
    code = receipt(author)
    come_back(author, code)
    author.send("Send", words="补充一点")
    come_back(author, code_of(7, 20))
    come_back(author, code[:-1] + ("3" if code[-1] != "3" else "4"))
    assert whole_store(engine) == before
    ours = [one for one in caplog.records if not one.name.startswith("sqlalchemy")]
    assert ours == []
    assert "".join(capfd.readouterr()) == ""
    plain = code.replace("-", "")
    for words in (
        ADDRESS,
        BROWSER,
        plain,
        code,
        *(REAL[name] for name in ("name", "contact", "text")),
        "补充一点",
    ):
        for path in files_of(home):
            assert words.encode() not in path.read_bytes(), (words, path)


def test_whoever_is_signed_in_is_nobody_at_the_door(app, session, engine, organs):
    from casebook import accounts

    officer = make_user(session, "officer", name="名字在页头的人")
    token = accounts.start_sign_in(session, officer)
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sign_in"], cookie["user_id"] = token, officer.id
    author = Visitor(client, "en")
    before = whole_store(engine)

    code = report(author)
    come_back(author, code)

    assert "名字在页头的人" not in str(author.page)
    assert whole_store(engine) == before


def test_what_breaks_is_logged_a_day_later_by_kind_alone(app, author, caplog, monkeypatch):
    from datetime import timedelta

    import web.complaints.door as pages

    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(*args, **fields):
        raise RuntimeError(f"found {fields}")

    monkeypatch.setattr(pages.door, "hand_in", broken)
    fill(author)
    author.send(SEND)

    assert author.status == 500
    assert not caplog.records
    monkeypatch.setattr(door_faults, "today", lambda: today() + timedelta(days=1))
    author.get("/report")
    (line,) = caplog.records
    assert "RuntimeError at test_door.py" in line.getMessage()
    assert line.exc_info is None
    assert "修路" not in caplog.text


PAGES = ["/report", "/report/form", "/report/status", "/report/left"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_kept_names_where_it_was_or_asks_anybody_else(author, path):
    author.get(path)

    headers = author.response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "ETag" not in headers
    assert "Last-Modified" not in headers
    assert not re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", str(author.page))


def test_the_receipt_is_in_no_address_and_in_no_cookie_in_plain(author, seal):
    code = report(author).replace("-", "")
    come_back(author, code)

    (cookie,) = [
        author.client.get_cookie("casebook_report", path="/report"),
    ]
    assert code not in cookie.value
    assert kept(seal, code) not in cookie.value
    assert cookie.path == "/report"
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert cookie.max_age is None
    assert code not in author.response.request.url


# -- the receipt -----------------------------------------------------------------------------------------------


def test_the_receipt_opens_in_lower_case_full_width_and_with_any_dashes(author):
    code = report(author)
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign != "-" else "－" for sign in code)

    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " — "), wide, f"  {code}\n"):
        come_back(author, typed)
        assert author.status == 200
        assert author.heading == "How far your report is", typed


def test_every_receipt_with_one_wrong_sign_is_named_as_mistyped_and_not_looked_up(app, author):
    code = report(author).replace("-", "")
    before = dict(app.extensions["casebook.door_tries"]._purses)

    for place in (0, 7, 19):
        wrong = next(sign for sign in ALPHABET if sign != code[place])
        come_back(author, code[:place] + wrong + code[place + 1 :])
        assert author.status == 422
        assert "mistyped: at least one sign is not right" in author.errors[0]
        assert author.value("receipt")
    swapped = next(at for at in range(18) if code[at] != code[at + 1])
    come_back(author, code[:swapped] + code[swapped + 1] + code[swapped] + code[swapped + 2 :])
    assert "mistyped" in author.errors[0]
    assert app.extensions["casebook.door_tries"]._purses.keys() == before.keys()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda code: "0" + code[1:], "“0”"),
        (lambda code: code[:5] + "OI" + code[7:], "“O”, “I”"),
        (lambda code: code[:-1], "you wrote 19"),
        (lambda code: code + "3", "you wrote 21"),
        (lambda code: "", "Enter your receipt."),
        (lambda code: "<script>", "No receipt has the sign"),
    ],
)
def test_a_receipt_that_cannot_be_one_is_told_why(author, change, said):
    code = report(author).replace("-", "")

    come_back(author, change(code))

    assert author.status == 422
    assert said in author.errors[0]


def test_a_receipt_nobody_was_given_is_told_apart(author):
    report(author)

    come_back(author, code_of(123456789, 20))

    assert author.status == 404
    assert "nothing was ever handed in under it" in author.errors[0]


def test_who_guesses_is_told_when_to_come_back_and_a_right_receipt_is_never_counted(author):
    code = report(author)
    for _ in range(30):
        come_back(author, code)
        assert author.status == 200
    for number in range(10):
        come_back(author, code_of(number, 20))
        assert author.status == 404

    come_back(author, code_of(99, 20))

    assert author.status == 429
    assert 0 < int(author.response.headers["Retry-After"]) <= 20
    assert "nobody is locked out: try again in" in author.errors[0]
    author.client.environ_base["REMOTE_ADDR"] = "198.51.100.9"
    come_back(author, code)
    assert author.status == 200


def test_sending_too_much_loses_nothing_and_says_when_to_come_back(app, author, seal):
    fill(author)
    author.send(ADD, files=upload(("a.txt", b"first")))
    tries = app.extensions["casebook.door_sending"]
    while not tries.take("127.0.0.1").wait:
        pass

    author.send(SEND)

    assert author.status == 429
    assert int(author.response.headers["Retry-After"]) <= 60
    assert WORDS["text"] in author.text()
    assert "a.txt" in author.text()
    tries._purses.clear()
    author.send(SEND)
    assert author.heading == "Your report has been received"


# -- behind the receipt ------------------------------------------------------------------------------------------


def test_the_two_write_to_each_other_and_the_author_adds_files(author, seal):
    code = report(author)
    messages.post(seal, kept(seal, code), "organ", "请说明是哪一段路。", today())
    come_back(author, code)
    assert "请说明是哪一段路。" in author.text()

    author.send("Send", words="村东头那段。")
    author.send("Hand in", files=upload(("照片.png", b"\x89PNG\r\n\x1a\nx")))

    assert author.status == 200
    assert "村东头那段。" in author.text()
    assert "照片.png" in author.text()
    assert messages.unread(seal, [kept(seal, code)])
    assert [file.filename for file in seal.files(kept(seal, code))] == ["照片.png"]


@pytest.mark.parametrize("kind", ["protection", "retaliation"])
def test_protection_can_be_asked_for_later(author, seal, kind):
    code = report(author)
    come_back(author, code)

    author.send("Send", kind=kind)

    assert author.status == 200
    assert set(door.cares(seal, kept(seal, code))) == {kind}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"words": " "}, "Write your words."),
        ({"words": "字" * 20_001}, "20000"),
        ({"words": "绝密★"}, "classification mark"),
        ({"words": "好", "kind": "nothing"}, "Say what you write."),
        ({"words": "不服", "kind": "objection"}, "This can no longer be sent, or not yet."),
    ],
)
def test_a_letter_that_cannot_be_sent_stays_as_typed(author, seal, changes, said):
    code = report(author)
    come_back(author, code)

    author.send("Send", **changes)

    assert author.status == 422
    assert said in author.errors[0]
    assert author.value("words").strip() == changes["words"].strip()
    assert not messages.all(seal, kept(seal, code))


def test_after_half_an_hour_the_receipt_is_asked_again_and_the_letter_is_still_there(
    author, seal, monkeypatch
):
    code = report(author)
    come_back(author, code)
    later = passes.time.time() + 31 * 60
    monkeypatch.setattr(passes.time, "time", lambda: later)

    author.send("Send", words="写了很久的信", kind="protection")

    assert author.status == 401
    assert "what you typed is kept" in author.errors[0]
    assert not messages.all(seal, kept(seal, code))
    author.send("Continue", receipt=code)
    assert author.value("words").strip() == "写了很久的信"
    assert author.value("kind") == "protection"
    author.send("Send")
    assert messages.all(seal, kept(seal, code))[0].text == "【请求保护】\n写了很久的信"


def test_a_letter_from_a_browser_that_forgot_its_session_is_not_lost_either(app, author, seal):
    code = report(author)
    come_back(author, code)
    other = Visitor(app.test_client(), "en")
    other.page, other.path = author.page, author.path

    other.send("Send", words="写了很久的信")
    assert other.status == 401
    other.send("Continue", receipt=code)

    assert other.value("words").strip() == "写了很久的信"


def test_whoever_leaves_is_out(author):
    come_back(author, report(author))
    author.send(form="header form")
    assert author.heading == "You have left"

    author.get("/report/status")

    assert author.heading == "Enter your receipt"


def test_a_copy_of_the_pass_opens_nothing_once_its_owner_has_left(app, author):
    code = report(author)
    come_back(author, code)
    first = author.client.get_cookie("casebook_report", path="/report").value
    author.send("Send", words="在里面写一封信")  # the pass is renewed
    later = author.client.get_cookie("casebook_report", path="/report").value
    assert later != first
    author.get("/report/status")
    author.send(form="header form")

    for copy in (first, later):
        thief = Visitor(app.test_client(), "en")
        thief.client.set_cookie("casebook_report", copy, path="/report")
        thief.get("/report/status")
        assert thief.heading == "Enter your receipt"
    come_back(author, code)
    assert author.heading != "Enter your receipt"


def test_a_copy_of_the_pass_opens_nothing_after_a_new_start_which_forgets_who_has_left(
    home, author, templates
):
    come_back(author, report(author))
    copy = author.client.get_cookie("casebook_report", path="/report").value
    author.send(form="header form")

    with at_work(create_app(Config(home=home, testing=True)), templates) as again:
        thief = Visitor(again.test_client(), "en")
        thief.client.set_cookie("casebook_report", copy, path="/report")
        thief.get("/report/status")

    assert thief.heading == "Enter your receipt"


def test_a_letter_under_way_when_its_author_leaves_lets_nobody_in_again(app, author, seal, monkeypatch):
    code = report(author)
    come_back(author, code)
    copy = author.client.get_cookie("casebook_report", path="/report").value
    leaving = Visitor(app.test_client(), "en")
    leaving.client.set_cookie("casebook_report", copy, path="/report")
    leaving.get("/report/status")
    write = door.write

    def leave_meanwhile(*args):
        write(*args)
        leaving.send(form="header form")

    monkeypatch.setattr(door, "write", leave_meanwhile)
    author.post("/report/status/write", {"kind": "message", "words": "慢慢送到的信"})

    assert messages.all(seal, kept(seal, code))[-1].text == "慢慢送到的信"
    assert author.heading == "Enter your receipt"
    assert author.client.get_cookie("casebook_report", path="/report").value == copy


def test_the_visits_that_were_left_are_forgotten_when_their_passes_have_ended(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(passes.time, "time", lambda: now[0])
    left = passes.Left()
    left.note("first")
    now[0] += passes.IDLE_SECONDS + 1
    left.note("second")

    assert "first" not in left
    assert "second" in left


@pytest.mark.parametrize("forged", ["", "zz", "00" * 40, "é"])
def test_a_forged_pass_opens_nothing(author, forged):
    report(author)
    author.client.set_cookie("casebook_report", forged, path="/report")

    author.get("/report/status")

    assert author.heading == "Enter your receipt"


@pytest.fixture
def cast(session, home):
    return Cast(session, home)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("registered", "Registered, being looked through"),
        ("accepted", "Accepted on"),
        ("handling", "Being dealt with"),
        ("concluded", "Concluded on"),
        ("told", "Please keep this result to yourself"),
        ("refused", "Not accepted"),
        ("passed_on", "市生态环境局"),
        ("stub", "Sent to the organ above"),
    ],
)
def test_the_receipt_says_how_far_it_is(client, app, session, cast, seal, state, said):
    complaint = a_complaint(session, cast, seal, state)
    session.commit()
    author = Visitor(client, "en")
    handle = complaint.handle or stub_handle(seal)
    session.rollback()
    enter(author, app, handle)

    author.get("/report/status")

    assert said in author.text()
    assert "钟离望舒" not in author.text()


@pytest.mark.parametrize("state", ["concluded", "told"])
def test_an_answer_that_was_given_is_not_announced_and_its_duty_of_secrecy_is_said_once(
    client, app, session, cast, seal, state
):
    handle = a_complaint(session, cast, seal, state).handle
    session.commit()
    author = Visitor(client, "en")
    enter(author, app, handle)

    author.get("/report/status")

    assert ("as soon as it is given" in author.text()) == (state == "concluded")
    assert author.text().count("Please keep this result to yourself") == (state == "told")


def test_what_was_sent_up_takes_no_more_words_or_files(client, app, session, cast, seal):
    a_complaint(session, cast, seal, "stub")
    session.commit()
    author = Visitor(client, "en")
    handle = stub_handle(seal)
    enter(author, app, handle)
    author.get("/report/status")
    assert not author.page.select("textarea")

    author.post("/report/status/write", {"kind": "message", "words": "还有"})
    assert author.status == 422
    author.post("/report/status/files", {}, upload(("a.txt", b"text")))

    assert author.status == 422
    assert not messages.all(seal, handle)
    assert not seal.files(handle)


def test_an_objection_can_be_made_once_there_is_an_answer(client, app, session, cast, seal):
    complaint = a_complaint(session, cast, seal, "told")
    session.commit()
    handle = complaint.handle
    session.rollback()
    author = Visitor(client, "en")
    enter(author, app, handle)
    author.get("/report/status")

    author.send("Send", kind="objection", words="招标公告的时间对不上")

    assert author.status == 200
    assert messages.all(seal, handle)[-1].text == "【对结果的异议】\n招标公告的时间对不上"
    assert "An objection to the result" in author.text()


def enter(author, app, handle) -> None:
    with app.test_request_context():
        response = door_keys.give_pass(app.make_response(""), handle)
    value = response.headers["Set-Cookie"].split("=", 1)[1].split(";")[0]
    author.client.set_cookie("casebook_report", value, path="/report")


def stub_handle(seal) -> str:
    from casebook.seal.tables import inbox as table

    with seal.reading() as connection:
        return connection.scalar(select(table.c.handle).where(table.c.stub))


def test_taking_in_leaves_the_author_their_receipt(author, seal, session, organs):
    code = report(author)
    come_back(author, code)
    assert "Received, waiting to be registered" in author.text()
    desk.take_in(session, seal, organs.receiver)
    session.commit()

    author.get("/report/status")

    assert "Registered, being looked through" in author.text()
    assert session.scalars(select(Complaint.handle)).all() == [kept(seal, code)]
