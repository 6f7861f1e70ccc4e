"""The numbers of papers (发文字号): one row of whole numbers for each organ and year, without gaps."""

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, Problem
from casebook.models import OfficeSetting, Organisation, PaperCounter, User

_WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9]{1,12}")
WORD = "paper_word"  # the setting of an organ: its own 机关代字; the organ's code where it has set none


def next_number(session: Session, organ: Organisation, year: int) -> tuple[int, str]:
    """The next number, and as it is printed. Call under the writers' lock; a rollback gives it back."""
    key = (organ.id, year)
    counter = session.get(PaperCounter, key, populate_existing=True)
    if counter is None:
        counter = PaperCounter(organisation_id=organ.id, year=year, last=0)
        session.add(counter)
    counter.last += 1
    return counter.last, printed(organ_word(session, organ), year, counter.last)


def printed(word: str, year: int, seq: int) -> str:
    """青纪监〔2026〕3号: the year whole in brackets of its own, the number without zeros before it."""
    return f"{word}〔{year}〕{seq}号"


def organ_word(session: Session, organ: Organisation) -> str:
    """The word that opens an organ's numbers."""
    own = session.scalar(
        select(OfficeSetting.value).where(
            OfficeSetting.organisation_id == organ.id, OfficeSetting.key == WORD
        )
    )
    return own or organ.code


def set_word(session: Session, by: User, word: str) -> OfficeSetting | None:
    """Set the word that opens the numbers of the chief's own organ; empty takes the organ's code again.

    Numbers already given stay, and counting goes on. Raises BadFields, NotAllowed; None where nothing changed.
    """
    access.ensure(by, access.MANAGE_OFFICE)
    word = unicodedata.normalize("NFC", word).strip()
    if word and not _WORD.fullmatch(word):
        raise BadFields({"word": Problem(
            "机关代字为1至12个汉字、字母或者数字，如“青纪监”。",
            "The word is 1 to 12 Chinese characters, letters or digits, such as 青纪监.",
        )})  # fmt: skip
    events.lock(session)
    organ = session.get_one(Organisation, by.organisation_id)
    if (word or organ.code) == organ_word(session, organ):
        return None
    row = session.scalar(
        select(OfficeSetting).where(OfficeSetting.organisation_id == organ.id, OfficeSetting.key == WORD)
    )
    if row is None:
        row = OfficeSetting(organisation_id=organ.id, key=WORD)
        session.add(row)
    row.value, row.by_id, row.at = word, by.id, utc_now()
    events.record(session, "office.changed", by, rows=[row], settings={WORD: word})
    return row
