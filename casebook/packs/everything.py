"""The proof of everything in force together: what is proved, how it is kept, and whether it still holds."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from casebook import access, events
from casebook.db import json_sha256, utc_now
from casebook.errors import ProofNotFound
from casebook.models import PackCheck, User
from casebook.packs.current import PacksDoNotFit, library_on
from casebook.packs.drafts import may_read
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


def keep_proof_of_all(
    session: Session, by: User | None, digest: str, proofs: Iterable[Proof], command: str = ""
) -> PackCheck:
    """Keep the proof of everything in force; `command` is the one that ran it where no person did."""
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
    origin = {"command": command} if command else {}
    events.record(session, "packs.proved", by, rows=[row], digest=digest, passed=row.passed, **origin)
    return row


def proof_of_all(session: Session, today: date) -> tuple[PackCheck | None, bool]:
    """The last proof of everything in force, and whether it is of exactly what is in force today."""
    rows = select(PackCheck).where(PackCheck.pack_id.is_(None), PackCheck.kind == PROOF)
    last = session.scalar(rows.order_by(PackCheck.id.desc()).limit(1).options(defer(PackCheck.report)))
    return last, last is not None and is_of_today(session, last, today)


def is_of_today(session: Session, proof: PackCheck, today: date) -> bool:
    """Whether a proof of everything is of exactly what is in force; it is not where that cannot even be read."""
    try:
        return proof.digest == prove_all(session, today)[0]
    except PacksDoNotFit:
        return False


def read_proof(session: Session, by: User, check_id: int) -> PackCheck:
    """A proof of everything that was in force, whichever; logged. Raises NotAllowed, ProofNotFound.

    What was found of a version alone is read with that version, by whoever may read it.
    """
    access.ensure(by, access.READ_PACKS)
    row = session.get(PackCheck, check_id)
    if row is None or row.pack is not None or row.kind != PROOF:
        kept = row is not None and row.pack is not None and not may_read(row.pack, by)
        raise ProofNotFound(check_id, refused=kept)
    events.record(session, "packs.proof_read", by, check=row.id, digest=row.digest)
    return row


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
