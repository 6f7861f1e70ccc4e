"""Templates an administrator may change: tried against invented data of the kind first, each version kept for good."""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, Problem
from casebook.fields import check_text
from casebook.models import PaperTemplate, User
from casebook.papers import citations, templates
from casebook.papers.blocks import Sheet, Signature
from casebook.papers.kinds import KINDS, unknown_kind
from casebook.papers.pdf import Unprintable, make_pdf
from casebook.papers.templates import BadTemplate
from casebook.procedure.notice import SHOWS_COMPLAINT

SAMPLES = Path(__file__).with_name("samples.yaml")
LONGEST_REASON = 1000


@cache
def samples() -> Mapping[str, dict]:
    """For each kind its invented values, which of them may be absent, and which a paper has to print."""
    return yaml.safe_load(SAMPLES.read_text(encoding="utf-8"))["kinds"]


def try_template(kind: str, text: str) -> Sheet:
    """The paper that a template makes of the invented data of its kind.

    It is rendered full and bare, must print what the kind requires, may cite only articles that the rules know and may
    not speak of a complaint. Raises BadTemplate with line and reason, BadFields for an unknown kind.
    """
    if kind not in KINDS:
        raise BadFields({"kind": unknown_kind(kind)})
    sample, red = samples()[kind], KINDS[kind].red
    sheet = templates.render(text, deepcopy(sample["values"]), red=red)
    for values in _bare(sample):
        templates.render(text, values, red=red)
    _check_words(text)
    if red and not any(isinstance(block, Signature) for block in sheet.blocks):
        raise BadTemplate(1, Problem("文书没有落款和日期。", "The paper has no organ and day at its end."))
    whole = "".join("".join(line.split()) for _, line in sheet.texts())
    for wanted in sample["must"]:
        if wanted not in whole:
            raise BadTemplate(1, Problem(
                f"样例中的“{wanted}”没有印出，而这一文种必须载明（{KINDS[kind].law}）。",
                f"“{wanted}” of the invented data is not printed, and a paper of this kind must state it.",
            ))  # fmt: skip
    try:
        make_pdf(sheet)
    except Unprintable as hole:
        raise BadTemplate(1, hole.problem()) from hole
    return sheet


def save_template(session: Session, by: User, kind: str, text: str, reason: str) -> PaperTemplate:
    """Keep a new version of a template, to be used from now on; the versions before stay.

    Raises NotAllowed, BadFields (also where nothing changed), BadTemplate; then nothing was written.
    """
    access.ensure(by, access.MANAGE_TEMPLATES)
    text = text.replace("\r\n", "\n").strip() + "\n"
    errors: dict[str, Problem] = {}
    reason = check_text(errors, "reason", reason, LONGEST_REASON, required=True)
    if errors:
        raise BadFields(errors)
    try_template(kind, text)
    events.lock(session)
    if text == current_text(session, kind)[1]:
        raise BadFields({"text": Problem("模板没有变化。", "The template has not changed.")})
    last = session.scalar(select(func.max(PaperTemplate.version)).where(PaperTemplate.kind == kind))
    saved = PaperTemplate(kind=kind, version=(last or 0) + 1, text=text, reason=reason, by=by, at=utc_now())
    session.add(saved)
    session.flush()
    events.record(
        session, "template.saved", by, rows=[saved], template=saved.id, of=kind, version=saved.version
    )
    return saved


def versions_of(session: Session, kind: str) -> list[PaperTemplate]:
    """The saved versions of a kind, newest first; the shipped one stands before them all."""
    of_kind = select(PaperTemplate).where(PaperTemplate.kind == kind).order_by(PaperTemplate.version.desc())
    return list(session.scalars(of_kind.options(joinedload(PaperTemplate.by))))


def read_templates(session: Session, by: User) -> dict[str, list[PaperTemplate]]:
    """The saved versions of every kind, newest first; the reading is logged."""
    access.ensure(by, access.MANAGE_TEMPLATES)
    events.record(session, "template.read", by)
    return {kind: versions_of(session, kind) for kind in KINDS}


def read_versions(session: Session, by: User, kind: str) -> list[PaperTemplate]:
    """The saved versions of one kind; the reading is logged. Raises BadFields for an unknown kind."""
    access.ensure(by, access.MANAGE_TEMPLATES)
    if kind not in KINDS:
        raise BadFields({"kind": unknown_kind(kind)})
    events.record(session, "template.read", by, of=kind)
    return versions_of(session, kind)


def current_text(session: Session, kind: str) -> tuple[str, str]:
    """The name and the text of the template in use: the newest saved, or the one shipped."""
    saved = versions_of(session, kind)
    return (f"{kind}/{saved[0].version}", saved[0].text) if saved else ("shipped", templates.shipped(kind))


def _bare(sample: dict) -> list[dict]:
    """The invented values with their lists and texts empty, and with what may be absent absent."""
    empty = _emptied(sample["values"])
    absent = {**deepcopy(sample["values"]), **dict.fromkeys(sample["optional"])}
    return [empty, absent, {**empty, **dict.fromkeys(sample["optional"])}]


def _emptied(value: object, name: str = "") -> object:
    match value:
        case dict():
            return {key: _emptied(inner, key) for key, inner in value.items()}
        case list():
            return []
        case bool():
            return not value
        case _:
            return "" if name in _MAY_BE_EMPTY else value


_MAY_BE_EMPTY = {
    "summary", "conduct", "considered", "heard_by", "others", "record", "notice_number", "number", "words", "basis",
}  # fmt: skip


def _check_words(text: str) -> None:
    """Refuse articles that the rules do not know, and words that show a complaint, in the template's own words."""
    for number, line in enumerate(text.split("\n"), 1):
        for title, article in citations.cited_in(line):
            if not citations.is_known(title, article):
                raise BadTemplate(number, Problem(
                    f"规则库中没有《{title}》{article}，或者条文未经核对，不能引用。",
                    f"The rules do not have {article} of {title}, or nobody has read its text; it cannot be cited.",
                ))  # fmt: skip
        if shown := SHOWS_COMPLAINT.search(line):
            raise BadTemplate(number, Problem(
                f"“{shown[0]}”可能透露检举控告情况，文书中不得出现（检举控告工作规则第四十七条）。",
                f"“{shown[0]}” may show that somebody complained, and may stand in no paper.",
            ))  # fmt: skip
