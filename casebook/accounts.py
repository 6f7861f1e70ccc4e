"""Accounts, passwords and sign-ins.

Passwords are kept as argon2id. An unknown or inactive login costs the same work as a wrong password. The browser
holds a random token; the store holds only its SHA-256. `now` may be given wherever time decides.
"""

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casebook import access, events
from casebook.db import utc_now
from casebook.errors import BadFields, NotAllowed, Problem
from casebook.fields import check_text
from casebook.models import Organisation, Role, SignIn, User

HASHER = PasswordHasher()
PASSWORD_LENGTH = (12, 200)
SIGN_IN_LASTS = timedelta(hours=12)
IDLE_LASTS = timedelta(minutes=30)
_SEEN_EVERY = timedelta(minutes=1)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_CODE = re.compile(r"[A-Z][A-Z0-9]{0,11}")
LANGUAGES = ("zh", "en")


def create_organisation(
    session: Session,
    by: User | None,
    *,
    code: str,
    name_zh: str,
    name_en: str,
    parent: Organisation | None = None,
) -> Organisation:
    """Add an organ to the tree. `by` None is the command line. Raises BadFields; NotAllowed unless administrator."""
    _ensure_manages(by)
    errors = {}
    name_zh = check_text(errors, "name_zh", name_zh, 100, required=True)
    name_en = check_text(errors, "name_en", name_en, 200, required=True)
    if not _CODE.fullmatch(code):
        errors["code"] = Problem(
            "单位代码应为大写字母开头的 1 至 12 位字母或数字。",
            "The code must be 1 to 12 capital letters or digits, a letter first.",
        )
    events.lock(session)
    if session.scalar(select(Organisation.id).where(Organisation.code == code)):
        errors["code"] = Problem("该单位代码已被使用。", "This code is already used.")
    if errors:
        raise BadFields(errors)
    organisation = Organisation(code=code, name_zh=name_zh, name_en=name_en, parent=parent)
    session.add(organisation)
    session.flush()
    events.record(session, "organisation.created", by, organisation=organisation.id, code=code)
    return organisation


def create_user(
    session: Session,
    by: User | None,
    *,
    login: str,
    name: str,
    password: str,
    role: str,
    organisation: Organisation,
    language: str | None = None,
    hasher: PasswordHasher = HASHER,
) -> User:
    """Add an account. `by` None is the command line. Raises BadFields; NotAllowed unless administrator."""
    _ensure_manages(by)
    errors = {}
    login = normal_login(login)
    name = check_text(errors, "name", name, 100, required=True)
    if not _LOGIN.fullmatch(login):
        errors["login"] = Problem(
            "登录名应为 2 至 64 位小写字母、数字、点、横线或下划线。",
            "The login must be 2 to 64 lower-case letters, digits, dots, hyphens or underscores.",
        )
    if role not in list(Role):
        errors["role"] = Problem(
            f"角色应为下列之一：{', '.join(Role)}。", f"The role must be one of {', '.join(Role)}."
        )
    if language is not None and language not in LANGUAGES:
        errors["language"] = _bad_language()
    if problem := _password_problem(password, login):
        errors["password"] = problem
    events.lock(session)
    if session.scalar(select(User.id).where(User.login == login)):
        errors["login"] = Problem("该登录名已被使用。", "This login is already used.")
    if errors:
        raise BadFields(errors)
    user = User(
        login=login, name=name, password_hash=hasher.hash(password), role=Role(role), organisation=organisation,
        language=language, active=True, created_at=utc_now(),
    )  # fmt: skip
    session.add(user)
    session.flush()
    events.record(
        session, "account.created", by, user=user.id, login=login, role=role, organisation=organisation.id
    )
    return user


def check_password(
    session: Session, login: str, password: str, *, hasher: PasswordHasher = HASHER
) -> User | None:
    """The active user with this login and password, or None; the same work is done either way.

    A failure is logged without what was typed: people type passwords into the wrong box.
    """
    user = session.scalar(select(User).where(User.login == normal_login(login)))
    try:
        hasher.verify(user.password_hash if user else _dummy_hash(hasher), password[: PASSWORD_LENGTH[1]])
        right = user is not None and user.active
    except (VerificationError, InvalidHashError):
        right = False
    if not right:
        events.record(session, "sign_in.refused", None, user=user and user.id)
        return None
    if hasher.check_needs_rehash(user.password_hash):
        events.lock(session)
        user.password_hash = hasher.hash(password)
    return user


def knows_password(user: User, password: str, *, hasher: PasswordHasher = HASHER) -> bool:
    """Whether this is the person's password: a signature asks for it again. What was typed is not logged."""
    try:
        return user.active and hasher.verify(user.password_hash, password[: PASSWORD_LENGTH[1]])
    except (VerificationError, InvalidHashError):
        return False


def start_sign_in(session: Session, user: User, now: datetime | None = None) -> str:
    """Begin a sign-in and return its token, which is stored nowhere."""
    if not user.active:
        raise NotAllowed("sign_in")
    now = now or utc_now()
    token = secrets.token_urlsafe(32)
    sign_in = SignIn(
        token_sha256=_sha256(token),
        user=user,
        created_at=now,
        last_seen_at=now,
        expires_at=now + SIGN_IN_LASTS,
    )
    events.lock(session)
    session.add(sign_in)
    session.flush()
    events.record(session, "sign_in.started", user, sign_in=sign_in.id)
    return token


def find_sign_in(session: Session, token: str, now: datetime | None = None) -> SignIn | None:
    """The living sign-in with this token, or None: unknown, revoked, expired, idle too long, or inactive user.

    Notes the visit, at most once a minute.
    """
    now = now or utc_now()
    whose = joinedload(SignIn.user).joinedload(User.organisation)  # asked for by every page: read at once
    sign_in = session.scalar(select(SignIn).where(SignIn.token_sha256 == _sha256(token)).options(whose))
    if sign_in is None or sign_in.revoked_at is not None or not sign_in.user.active:
        return None
    if now >= sign_in.expires_at or now - sign_in.last_seen_at >= IDLE_LASTS:
        return None
    if now - sign_in.last_seen_at >= _SEEN_EVERY:
        events.lock(session)
        sign_in.last_seen_at = now
    return sign_in


def revoke_sign_in(session: Session, sign_in: SignIn, by: User, now: datetime | None = None) -> None:
    """End one sign-in: one's own, or, for an administrator, anyone's."""
    if by.id != sign_in.user_id:
        access.ensure(by, access.MANAGE_ACCOUNTS)
    _revoke(session, [sign_in], by, now)


def revoke_sign_ins(
    session: Session, user: User, by: User | None, now: datetime | None = None, *, but: SignIn | None = None
) -> int:
    """End all sign-ins of a person, except perhaps the present one; returns how many were ended."""
    if by is None or by.id != user.id:
        _ensure_manages(by)
    living = session.scalars(select(SignIn).where(SignIn.user_id == user.id, SignIn.revoked_at.is_(None)))
    ended = [sign_in for sign_in in living if but is None or sign_in.id != but.id]
    _revoke(session, ended, by, now)
    return len(ended)


def change_password(
    session: Session,
    user: User,
    by: User | None,
    new: str,
    now: datetime | None = None,
    *,
    current: str = "",
    but: SignIn | None = None,
    hasher: PasswordHasher = HASHER,
) -> None:
    """Set a password and end every other sign-in of the person.

    One's own needs the current password (BadFields otherwise); an administrator sets another's without it.
    """
    errors = {}
    if by is not None and by.id == user.id:
        if not user.active:
            raise NotAllowed("password.change")
        try:
            hasher.verify(user.password_hash, current[: PASSWORD_LENGTH[1]])
        except (VerificationError, InvalidHashError):
            errors["current"] = Problem("当前密码不正确。", "The current password is wrong.")
    else:
        _ensure_manages(by)
    if problem := _password_problem(new, user.login):
        errors["new"] = problem
    if errors:
        raise BadFields(errors)
    events.lock(session)
    user.password_hash = hasher.hash(new)
    events.record(session, "password.changed", by, user=user.id)
    revoke_sign_ins(session, user, by, now, but=but)


def set_active(
    session: Session, user: User, by: User | None, now: datetime | None = None, *, active: bool
) -> None:
    """Let a person sign in, or no longer; then every sign-in of theirs ends at once."""
    _ensure_manages(by)
    if user.active == active:
        return
    events.lock(session)
    user.active = active
    events.record(session, "account.activated" if active else "account.deactivated", by, user=user.id)
    if not active:
        revoke_sign_ins(session, user, by, now)


def set_language(session: Session, user: User, language: str | None) -> None:
    """Keep the language a person chose for themselves; None is as the browser asks."""
    if language is not None and language not in LANGUAGES:
        raise BadFields({"language": _bad_language()})
    if user.language == language:
        return
    events.lock(session)
    user.language = language
    events.record(session, "account.language_changed", user, user=user.id, language=language)


def find_user(session: Session, login: str) -> User | None:
    return session.scalar(select(User).where(User.login == normal_login(login)))


def find_organisation(session: Session, code: str) -> Organisation | None:
    return session.scalar(select(Organisation).where(Organisation.code == code))


def normal_login(login: str) -> str:
    """The one spelling of a login: full-width letters, capitals and outer spaces do not matter."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def _ensure_manages(by: User | None) -> None:
    if by is not None:
        access.ensure(by, access.MANAGE_ACCOUNTS)


def _revoke(session: Session, sign_ins: list[SignIn], by: User | None, now: datetime | None) -> None:
    events.lock(session)
    for sign_in in sign_ins:
        if sign_in.revoked_at is None:
            sign_in.revoked_at = now or utc_now()
            events.record(session, "sign_in.ended", by, sign_in=sign_in.id, user=sign_in.user_id)
    session.flush()


def _password_problem(password: str, login: str) -> Problem | None:
    shortest, longest = PASSWORD_LENGTH
    if not shortest <= len(password) <= longest:
        return Problem(
            f"密码长度应为 {shortest} 至 {longest} 个字符。",
            f"The password must have {shortest} to {longest} characters.",
        )
    if len(set(password)) < 4 or (login in password.lower() and len(password) < len(login) + 6):
        return Problem(
            "密码过于简单，请勿重复同一字符或使用登录名。",
            "The password is too simple: do not repeat one character or use the login.",
        )
    return None


def _bad_language() -> Problem:
    return Problem("语言应为 zh 或 en。", "The language must be zh or en.")


@cache
def _dummy_hash(hasher: PasswordHasher) -> str:
    """A hash nobody has the password of, made with the same parameters."""
    return hasher.hash(secrets.token_urlsafe(32))


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
