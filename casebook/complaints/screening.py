"""Screening: what kind of matter it is and whose, in neutral words; then accepted, refused, passed on or sent up.

Whoever screens reads the original once, under the opening that came with the part; it ends when the extract is kept.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from casebook.complaints import duties, leaks, log, secrecy, steps, stub
from casebook.complaints.marks import secret_problem
from casebook.complaints.moves import done
from casebook.complaints.names import name_problem
from casebook.errors import BadFields, NotReady, Problem
from casebook.fields import check_text
from casebook.models import Complaint, ComplaintPoint, ComplaintState, Naming, User
from casebook.procedure.dates import check_day, today
from casebook.seal import openings, together
from casebook.seal.store import Seal
from rules.vocabulary import vocabulary

ACCUSATION, SUPERIOR = "accusation", "belongs_superior"
REFUSABLE = ("no_substance", "other_channel", "other_organ")
PASSABLE = ("claim", "suggestion", "belongs_subordinate", "other_organ")
LONGEST_NAME, LONGEST_EXTRACT, LONGEST_POINT, MOST_POINTS = 100, 4000, 500, 30
_NAMED = ("respondent_name", "respondent_unit", "respondent_post")
_SENTENCE = "，。；！？,;!?\n"
TRIES = 5  # refusals because of the author in one complaint: more would be guessing who it is

ADVICE = {
    "other_channel": Problem(
        "您反映的事项依法应当通过诉讼、仲裁、行政裁决、行政复议等途径解决，本机关不予受理。请依照法定程序向有关机关提出。",
        "What you raise is to be settled by court, arbitration, administrative ruling or review. This organ does not "
        "accept it; please turn to the competent body in the way the law provides.",
    ),
    "other_organ": Problem(
        "您反映的事项属其他机关、单位职责范围，本机关不予受理。请向有权处理的机关、单位反映。",
        "What you raise is the responsibility of another body. This organ does not accept it; please turn to the body "
        "that is competent.",
    ),
    "no_substance": Problem(
        "您反映的事项仅列举违纪或者职务违法、职务犯罪名称，没有实质内容，本机关不予受理。如有具体的人、事、时间、地点或者证据线索，"
        "可以补充后再次反映。",
        "What you sent names breaches but says nothing of substance, so this organ does not accept it. If you know "
        "of persons, acts, times, places or evidence, you may report again with them.",
    ),
}  # fmt: skip


class AuthorNamed(BadFields):
    """The neutral words tell who the author is. Commit: that it was tried stays."""


@dataclass(frozen=True)
class Screening:
    """What the screener enters."""

    kind: str
    naming: Naming | str
    own_chief: bool | None
    respondent_name: str = ""
    respondent_unit: str = ""
    respondent_post: str = ""
    region: str = ""
    extract: str = ""
    points: Sequence[str] = ()

    @property
    def goes_up(self) -> bool:
        """Whether nothing of it may be kept here (CHG2020 15)."""
        return self.own_chief is True or self.kind == SUPERIOR


def save_draft(
    session: Session, seal: Seal, complaint: Complaint, by: User, typed: dict[str, str | list[str]]
) -> None:
    """Keep what was typed so far, unchecked, in the sealed store. Raises NotAllowed, WrongStage, BadFields."""
    steps.ensure(session, by, "screen", complaint)
    text = json.dumps(typed, ensure_ascii=False)
    if len(text) > 4 * LONGEST_EXTRACT + MOST_POINTS * LONGEST_POINT:
        raise BadFields({"extract": Problem("草稿过长，请精简。", "The draft is too long; shorten it.")})
    log.record(session, "complaint.drafted", by, complaint)
    together.afterwards(session, seal, "field", _draft_handle(complaint), name="draft", text=text)


def draft(seal: Seal, complaint: Complaint, by: User) -> dict[str, str | list[str]]:
    """What the screener typed so far; {} for everybody else."""
    if not steps.may_do(by, "screen", complaint):
        return {}
    text = seal.read(_draft_handle(complaint), "draft")
    return json.loads(text) if text else {}


def screen(session: Session, seal: Seal, complaint: Complaint, by: User, given: Screening) -> Complaint:
    """Keep kind, respondent, neutral extract and points; the reading of the original ends with it.

    What has to go up is not kept at all: `send_up`. Raises NotAllowed, WrongStage, BadFields (AuthorNamed: commit).
    """
    steps.ensure(session, by, "screen", complaint)
    _ensure_not_guessing(session, complaint, by)
    sealed = secrecy.sealed_behind(session, seal, complaint)
    errors: dict[str, Problem] = {}
    _check_kind(errors, given, sealed[0])
    if given.goes_up and not errors:
        raise NotReady([_go_up()])
    kept, leaked = _check_words(errors, given, sealed)
    if leaked:
        log.record(session, "complaint.extract_refused", by, complaint)
        raise AuthorNamed(errors)
    if errors:
        raise BadFields(errors)
    points = kept.pop("points")
    for name, value in kept.items():
        setattr(complaint, name, value)
    complaint.kind, complaint.naming, complaint.own_chief = given.kind, Naming(given.naming), given.own_chief
    complaint.screened_on, complaint.extract_by_id = today(), by.id
    rows = _write_points(session, complaint, points)
    done(session, steps.STEPS["screen"], complaint, by, "complaint.screened", rows=rows, points=len(points))
    openings.end(session, complaint, by, purpose="screening")
    together.afterwards(session, seal, "erase", _draft_handle(complaint))
    session.expire(complaint, ["points"])
    return complaint


def accept(session: Session, complaint: Complaint, by: User, on: date) -> Complaint:
    """Accept an accusation that is screened. Raises NotAllowed, WrongStage, BadFields, NotReady."""
    step = steps.ensure(session, by, "accept", complaint)
    _ensure_screened(complaint, on)
    if complaint.kind != ACCUSATION:
        raise NotReady(
            [
                Problem(
                    "只有检举控告可以受理，请先核对“反映事项类别”。",
                    "Only an accusation is accepted; check the kind.",
                ).by(step.law)
            ]
        )
    if not complaint.points:
        raise NotReady([Problem("请先逐条列出反映的问题。", "List what is alleged, point by point, first.")])
    complaint.accepted_on = on
    done(session, step, complaint, by, "complaint.accepted")
    return complaint


def refuse(session: Session, complaint: Complaint, by: User, on: date) -> Problem:
    """Refuse it for one of the three reasons of CHG2020 13, and return what the author is told and advised.

    Raises NotAllowed, WrongStage, BadFields, NotReady.
    """
    step = steps.ensure(session, by, "refuse", complaint)
    _ensure_screened(complaint, on)
    if complaint.kind not in REFUSABLE:
        raise NotReady(
            [
                Problem(
                    "只有依法应走其他途径、属其他机关职责或者没有实质内容的事项不予受理。",
                    "Only what belongs to another channel or another organ, or has no substance, is refused.",
                ).by(steps.provision("第十三条", "art. 13"))
            ]
        )
    complaint.closed_on = on
    ended = duties.end_all(session, complaint, by, step.zh)
    done(session, step, complaint, by, "complaint.refused", rows=ended)
    return ADVICE[complaint.kind]


def again(session: Session, complaint: Complaint, by: User) -> Complaint:
    """Screen once more what was refused, as its author added what was missing; the way begins anew.

    What was written of it stands until it is screened. Raises NotAllowed, WrongStage.
    """
    step = steps.ensure(session, by, "screen_again", complaint)
    complaint.screened_on = complaint.closed_on = None
    done(session, step, complaint, by, "complaint.screened_again")
    return complaint


def pass_on(
    session: Session, complaint: Complaint, by: User, *, to: str, reference: str, on: date
) -> Complaint:
    """Pass it to the organ it belongs to, within five working days (IMPL2021 169, 171; CHG2020 16).

    Raises NotAllowed, WrongStage, BadFields, NotReady.
    """
    step = steps.ensure(session, by, "pass_on", complaint)
    _ensure_screened(complaint, on)
    if complaint.state == ComplaintState.REGISTERED and complaint.kind not in PASSABLE:
        raise NotReady(
            [
                Problem(
                    "按所选类别不属于应当转送的事项，请先核对“反映事项类别”。",
                    "By its kind this is not passed on; check the kind.",
                )
            ]
        )
    complaint.passed_to, complaint.passed_receipt = _transfer(to, reference)
    complaint.passed_on = on
    ended = duties.end_all(session, complaint, by, step.zh)
    done(session, step, complaint, by, "complaint.passed_on", rows=ended)
    return complaint


def send_up(
    session: Session, seal: Seal, complaint: Complaint, by: User, *, to: str, reference: str, on: date
) -> Complaint:
    """Send it up, as it concerns the organ's own chief or belongs to the organ above: a stub is all that stays.

    Day, to whom and reference are kept and nothing else (casebook.complaints.stub). What is sealed is erased once this
    is committed. Raises NotAllowed, WrongStage, BadFields.
    """
    step = steps.ensure(session, by, "send_up", complaint)
    _check_on(complaint, on)
    to, reference = _transfer(to, reference)
    handle = complaint.handle
    openings.end(session, complaint, by)
    rows = [*duties.end_all(session, complaint, by, step.zh), *stub.blank(session, complaint)]
    complaint.passed_to, complaint.passed_receipt, complaint.passed_on = to, reference, on
    done(session, step, complaint, by, "complaint.sent_up", rows=rows)
    together.afterwards(session, seal, "stub", handle)
    together.afterwards(session, seal, "erase", _draft_handle(complaint))
    return complaint


def kind_label(code: str, lang: str) -> str:
    return vocabulary().facts["complaint_kind"].choice_label(code, lang)


def _check_kind(errors: dict[str, Problem], given: Screening, sealed: Mapping[str, str]) -> None:
    if given.kind not in vocabulary().facts["complaint_kind"].values:
        errors["kind"] = Problem("请选择反映事项类别。", "Choose the kind of matter.")
    if given.own_chief is None:
        errors["own_chief"] = Problem(
            "请说明被反映人是否本机关主要负责人。", "Say whether the respondent is the chief of this organ."
        ).by(steps.provision("第十五条", "art. 15"))
    if given.naming not in tuple(Naming):
        errors["naming"] = Problem("请选择署名情况。", "Choose how it is signed.")
    elif given.naming == Naming.REAL_NAME and not (sealed["name"].strip() and sealed["contact"].strip()):
        errors["naming"] = Problem(
            "没有真实姓名（单位名称）或者没有联系方式的，不能按实名办理，视为匿名。",
            "Without a true name (or unit) and a contact it is not a real-name complaint and counts as anonymous.",
        ).by(steps.provision("第二十四条、第三十条", "arts. 24 and 30"))


def _check_words(
    errors: dict[str, Problem], given: Screening, sealed: list[Mapping[str, str]]
) -> tuple[dict[str, object], bool]:
    """What is to be kept, and whether any of it names the author."""
    kept: dict[str, object] = {}
    leaked = False
    for name in _NAMED:
        kept[name] = check_text(errors, name, getattr(given, name), LONGEST_NAME, one_line=True)
        problem = name_problem(kept[name]) or secret_problem(kept[name])
        if name not in errors and any(sign in kept[name] for sign in _SENTENCE):
            problem = problem or Problem("此处只填名称，不写语句。", "Only a name belongs here, no sentence.")
        if name not in errors and problem:
            errors[name] = problem
    kept["region"] = _region(errors, given.region)
    kept["extract"] = check_text(
        errors, "extract", given.extract, LONGEST_EXTRACT, required=given.kind == ACCUSATION
    )
    named = [str(kept[name]) for name in _NAMED]
    fields = {**{name: str(kept[name]) for name in _NAMED}, "extract": str(kept["extract"])}
    points = [point for point in given.points if point.strip()]
    if given.kind == ACCUSATION and not points:
        errors["points-0"] = Problem(
            "请逐条列出反映的问题，至少一条。", "List what is alleged, at least one point."
        )
    if len(points) > MOST_POINTS:
        errors["points-0"] = Problem(f"最多 {MOST_POINTS} 条。", f"At most {MOST_POINTS} points.")
    kept["points"] = []
    for place, point in enumerate(given.points):
        if point.strip():
            text = check_text(errors, f"points-{place}", point, LONGEST_POINT)
            kept["points"].append(text)
            fields[f"points-{place}"] = text
    for field, text in fields.items():
        if not text or field in errors:
            continue
        if problem := secret_problem(text):
            errors[field] = problem
        elif leak := next(filter(None, (_leak(field, text, one, named) for one in sealed)), None):
            leaked = leaked or leak.identity
            errors[field] = leak.problem
    return kept, leaked


def _leak(field: str, text: str, sealed: Mapping[str, str], named: list[str]) -> leaks.Leak | None:
    if field == "respondent_name" and leaks.is_author(text, sealed):
        return leaks.Leak(
            True,
            Problem(
                "与检举控告人的姓名相同，请核对是否填错。",
                "It is the name of the author; check what was meant.",
            ),
        )
    return leaks.find(text, sealed, leaks.without_author(named, sealed))


def _region(errors: dict[str, Problem], code: str) -> str:
    code = check_text(errors, "region", code, 6, one_line=True)
    if code and not (code.isascii() and code.isdigit() and len(code) in (2, 4, 6)):
        errors["region"] = Problem(
            "请填写 2、4 或 6 位行政区划代码。", "Write the code of the place: 2, 4 or 6 digits."
        )
    return code


def _write_points(session: Session, complaint: Complaint, texts: list[str]) -> list[ComplaintPoint]:
    """Points are written over, never removed: one too many becomes blank."""
    rows = []
    for seq, text in enumerate(texts, 1):
        point = next((row for row in complaint.points if row.seq == seq), None)
        if point is None:
            point = ComplaintPoint(complaint_id=complaint.id, seq=seq)
            session.add(point)
        point.alleged = text
        rows.append(point)
    for point in complaint.points:
        if point.seq > len(texts):
            point.alleged = ""
            rows.append(point)
    session.flush()
    return rows


def _transfer(to: str, reference: str) -> tuple[str, str]:
    errors: dict[str, Problem] = {}
    to = check_text(errors, "to", to, 200, required=True, one_line=True)
    reference = check_text(errors, "reference", reference, 200, required=True, one_line=True)
    for field, text in (("to", to), ("reference", reference)):
        if field not in errors and (problem := secret_problem(text)):
            errors[field] = problem
    if errors:
        raise BadFields(errors)
    return to, reference


def _check_on(complaint: Complaint, on: date) -> None:
    errors: dict[str, Problem] = {}
    check_day(errors, "on", on, since=complaint.received_on)
    if errors:
        raise BadFields(errors)


def _ensure_screened(complaint: Complaint, on: date) -> None:
    _check_on(complaint, on)
    if complaint.screened_on is None:
        raise NotReady([Problem("请先完成登记审查。", "Finish the screening first.").by(steps.SCREENED)])
    if complaint.own_chief or complaint.kind == SUPERIOR:
        raise NotReady([_go_up()])


def _go_up() -> Problem:
    return Problem(
        "反映本机关主要负责人或者属上级机关受理的，不在本系统摘录，请直接“径送上级”。",
        "What concerns the chief of this organ, or belongs to the organ above, is not extracted here: send it up.",
    ).by(steps.provision("第十五条", "art. 15"))


def _ensure_not_guessing(session: Session, complaint: Complaint, by: User) -> None:
    if log.tried(session, complaint, "complaint.extract_refused", by) >= TRIES:
        raise NotReady(
            [
                Problem(
                    f"摘录已有 {TRIES} 次含有检举控告人信息，请报主要负责人另行指定登记审查人。",
                    f"The words told of the author {TRIES} times. Ask the chief to name another screener.",
                ).by(steps.SECRET)
            ]
        )


def _draft_handle(complaint: Complaint) -> str:
    return f"screening-{complaint.id}"
