"""Complaints in any state, brought there through the functions the site uses."""

from datetime import date

from sqlalchemy.orm import Session

from casebook.complaints import desk, duties, screening
from casebook.complaints.screening import Screening
from casebook.models import Channel, Complaint, ComplaintPart, ComplaintState
from casebook.seal.store import Seal
from tests import handled
from tests.snapshots import prepared
from tests.stages import Cast

RECEIVED = date(2026, 11, 16)
# What its author wrote; nothing of it may stand anywhere but in the sealed store.
SEALED = {
    "name": "钟离望舒", "contact": "13900008765", "identity_number": "110101198001018765",
    "about_name": "周某", "about_unit": "青石镇", "about_post": "镇长",
    "text": "我是村里的会计，亲眼看见周镇长把修路的活直接给了他外甥，连招标公告都没贴出来，账上多付了八万块。",
    "earlier": "去年腊月里我跟镇上说过一回，没人理我",
}  # fmt: skip
NEUTRAL = {
    "kind": "accusation", "naming": "real_name", "own_chief": False, "respondent_name": "周某",
    "respondent_unit": "青石镇", "respondent_post": "镇长", "region": "360302",
    "extract": "反映周某在乡村道路工程发包中未经公开招标，指定由亲属承建，并超额支付工程款。",
    "points": ("道路工程未公开招标", "指定亲属承建", "超额支付工程款"),
}  # fmt: skip


@prepared
def a_complaint(session: Session, cast: Cast, seal: Seal, state: str = "registered", **fields) -> Complaint:
    """A complaint of the cast's county in one of the states, or "assigned" and "screened" on the way to acceptance.

    Fields of the sealed store replace those of SEALED, those of the screening those of NEUTRAL; `channel` and
    `received_on` are those of the entry. It is screened by `receiver` and handled by `officer`.
    """
    sealed = {name: fields.pop(name, text) for name, text in SEALED.items()}
    channel, received_on = fields.pop("channel", Channel.LETTER), fields.pop("received_on", RECEIVED)
    given = Screening(**{**NEUTRAL, **fields})
    complaint, _receipt = desk.enter(
        session, seal, cast.receiver2, channel=channel, naming=given.naming, received_on=received_on, fields=sealed,
        assigned_from="市纪委监委" if channel == Channel.TRANSFER else "",
    )  # fmt: skip
    if state == ComplaintState.REGISTERED:
        return complaint
    screener(session, cast, complaint)
    if state == "assigned":
        return complaint
    if state == ComplaintState.STUB:
        return screening.send_up(
            session, seal, complaint, cast.receiver, to="市纪委监委", reference="〔2026〕1号", on=received_on
        )
    screening.screen(session, seal, complaint, cast.receiver, _fit(state, given))
    if state == "screened":
        return complaint
    if state == ComplaintState.REFUSED:
        screening.refuse(session, complaint, cast.receiver, received_on)
    elif state == ComplaintState.PASSED_ON:
        screening.pass_on(
            session, complaint, cast.receiver, to="市生态环境局", reference="〔2026〕2号", on=received_on
        )
    else:
        screening.accept(session, complaint, cast.receiver, received_on)
        if state != ComplaintState.ACCEPTED:
            _on_from_accepted(session, cast, seal, complaint, state)
    return complaint


@prepared
def screener(session: Session, cast: Cast, complaint: Complaint) -> None:
    """The receiver of the cast screens it, and nothing stands in the way."""
    duties.assign(session, complaint, ComplaintPart.SCREENER, cast.receiver, cast.chief)
    duties.declare(session, complaint, cast.receiver, [])


@prepared
def handler(session: Session, cast: Cast, complaint: Complaint) -> None:
    """The officer of the cast handles it, and nothing stands in the way."""
    duties.assign(session, complaint, ComplaintPart.HANDLER, cast.officer, cast.chief)
    duties.declare(session, complaint, cast.officer, [])


def _fit(state: str, given: Screening) -> Screening:
    """The same of a kind that may come to that state."""
    kind = {"refused": "no_substance", "passed_on": "other_organ"}.get(state)
    return given if kind is None else Screening(**{**given.__dict__, "kind": kind, "points": ()})


def _on_from_accepted(session: Session, cast: Cast, seal: Seal, complaint: Complaint, state: str) -> None:
    handler(session, cast, complaint)
    handled.on_from_accepted(session, cast, seal, complaint, state)
