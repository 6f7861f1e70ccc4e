"""The numbers of papers (发文字号): one row of whole numbers for each organ and year, without gaps."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.models import OfficeSetting, Organisation, PaperCounter

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
