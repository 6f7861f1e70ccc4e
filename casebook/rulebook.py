"""What the record knows of a rule: when it was last proved, and the cases whose recommendation rests on it."""

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from casebook.models import PackCheck
from rules.pack import Pack

PROOF = "proof"
_LOOKED_AT = 200  # proofs, the newest first


def last_proof(session: Session, pack: Pack) -> PackCheck | None:
    """The last proof of exactly these bytes: of the pack itself, or of another one beside it."""
    proofs = select(PackCheck).where(PackCheck.kind == PROOF).options(defer(PackCheck.report))
    newest = session.scalars(proofs.order_by(PackCheck.id.desc()).limit(_LOOKED_AT))
    return next(
        (one for one in newest if pack.digest in (one.digest, one.beside.get(pack.name))),
        None,
    )
