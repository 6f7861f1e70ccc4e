"""What precedents are called in words: outcomes, tiers of authority, and how each tier binds."""

from casebook.errors import Problem
from casebook.models import Tier

OUTCOMES = {
    "tolerate": Problem("予以容错", "tolerate"),
    "correct": Problem("予以纠正", "correct"),
    "hold_accountable": Problem("追究责任", "hold accountable"),
}
TIERS = {
    Tier.GUIDING: Problem("指导性", "guiding"),
    Tier.TYPICAL: Problem("典型", "typical"),
    Tier.SUPERIOR: Problem("上级", "of an organ above"),
    Tier.OWN: Problem("本级", "own"),
    Tier.ELSEWHERE: Problem("他地", "of elsewhere"),
}
FOLLOWED = Problem("应当参照", "to be followed")
CONSISTENT = Problem("一贯做法，偏离应当说明理由", "consistent practice; say why if you depart")


def force(tier: Tier) -> Problem:
    """How a precedent of this tier binds: only a guiding one is to be followed."""
    return FOLLOWED if tier == Tier.GUIDING else CONSISTENT
