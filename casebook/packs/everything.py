"""The proof of everything in force together: what is proved, how it is kept, and whether it still holds."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook import events
from casebook.db import json_sha256, utc_now
from casebook.models import PackCheck, User
from casebook.packs.current import PacksDoNotFit, library_on
from casebook.packs.looking import PROOF
from rules.factors import book
from rules.library import TASKS, Library, library, task_library
from rules.proofs.dates import table_digests
from rules.proofs.prove import Proof
from rules.proofs.prover import prover


def prove_all(session: Session, today: date) -> tuple[str, list[Library]]:
    """Everything in force today as it is proved together: its digest, and the libraries."""
    libraries = [library_on(session, today), *(task_library(task) for task in TASKS)]
    return digest_of_all(libraries), libraries


def keep_proof_of_all(session: Session, by: User, digest: str, proofs: Iterable[Proof]) -> PackCheck:
    """Keep the proof of everything in force."""
    proofs = list(proofs)
    events.lock(session)
    beside = {name: one for proof in proofs for name, one in proof.digests.items()}
    beside |= {name: one for proof in proofs for name, one in proof.tables.items()}
    beside |= {
        "vocabulary.yaml": proofs[0].vocabulary,
        "factors.yaml": proofs[0].factors,
        "prover": prover(),
    }
    row = PackCheck(
        pack_id=None, kind=PROOF, digest=digest, beside=beside,
        passed=all(proof.proved for proof in proofs), report=[proof.as_json() for proof in proofs], by=by, at=utc_now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    events.record(session, "packs.proved", by, rows=[row], digest=digest, passed=row.passed)
    return row


def proof_of_all(session: Session, today: date) -> tuple[PackCheck | None, bool]:
    """The last proof of everything in force, and whether it is of exactly what is in force today; it is not where that
    cannot even be read.
    """
    rows = select(PackCheck).where(PackCheck.pack_id.is_(None), PackCheck.kind == PROOF)
    last = session.scalar(rows.order_by(PackCheck.id.desc()).limit(1))
    try:
        return last, last is not None and last.digest == prove_all(session, today)[0]
    except PacksDoNotFit:
        return last, False


def unfit(session: Session, today: date) -> PacksDoNotFit | None:
    """Why the packs in force today cannot be read together; None if they can."""
    try:
        library_on(session, today)
    except PacksDoNotFit as error:
        return error
    return None


def digest_of_all(libraries: Iterable[Library]) -> str:
    """The one SHA-256 of everything that is proved together: packs, vocabulary, factors, tables, and the prover."""
    named = {name: pack.digest for one in libraries for name, pack in one.packs.items()}
    return json_sha256([named, library().vocabulary.digest, book().digest, table_digests(), prover()])
