"""Accounts, passwords and sign-ins, also under abuse."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casebook import accounts
from casebook.accounts import (
    change_password,
    check_password,
    create_organisation,
    create_user,
    find_sign_in,
    revoke_sign_in,
    revoke_sign_ins,
    set_active,
    set_language,
    start_sign_in,
)
from casebook.errors import BadFields, NotAllowed
from casebook.models import Event, SignIn, User
from tests.factories import CHEAP, PASSWORD, make_organisation, make_user

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NEW = "an entirely new passphrase"


@pytest.fixture
def user(session):
    make_user(session)
    return make_user(session, login="zhang.san")


@pytest.fixture
def administrator(session):
    return make_user(session, "administrator")


def check(session, login, password=PASSWORD):
    return check_password(session, login, password, hasher=CHEAP)


def test_the_right_password_finds_its_user_however_the_login_is_spelt(session, user):
    for spelling in ("zhang.san", " Zhang.San ", "ｚｈａｎｇ．ｓａｎ"):
        assert check(session, spelling) is user


@pytest.mark.parametrize(
    ("login", "password"), [("zhang.san", "wrong"), ("nobody", PASSWORD), ("", ""), ("zhang.san", "")]
)
def test_a_wrong_login_or_password_finds_nobody_and_is_logged_without_what_was_typed(
    session, user, login, password
):
    assert check(session, login, password) is None

    event = session.scalars(select(Event).where(Event.kind == "sign_in.refused")).one()
    assert event.detail == {"user": user.id if login == user.login else None}


def test_an_inactive_user_is_refused_with_the_right_password(session, user):
    set_active(session, user, None, active=False)

    assert check(session, "zhang.san") is None


def test_an_unknown_login_costs_the_same_work_as_a_wrong_password(session, user):
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash, password):
            verified.append(hash.rsplit("$", 2)[0])
            return super().verify(hash, password)

    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    for login in (user.login, "nobody", ""):
        check_password(session, login, "wrong", hasher=hasher)

    assert verified == ["$argon2id$v=19$m=8,t=1,p=1"] * 3


def test_passwords_are_kept_as_argon2id_only(session, user):
    default = make_user(session, hasher=accounts.HASHER)

    assert default.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in user.password_hash


def test_a_password_hashed_with_old_settings_is_hashed_anew_when_it_is_used(session, user):
    old = user.password_hash
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)

    assert check_password(session, "zhang.san", PASSWORD, hasher=stronger) is user

    assert user.password_hash != old
    assert "t=2" in user.password_hash


def test_an_account_is_logged_without_its_password(session, user):
    event = session.scalars(select(Event).where(Event.kind == "account.created")).all()[-1]

    assert event.detail == {
        "user": user.id,
        "login": "zhang.san",
        "role": "officer",
        "organisation": user.organisation_id,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", "x"), ("login", "with space"), ("login", "张三"), ("login", "zhang.san"), ("login", "ZHANG.SAN"),
        ("name", " "), ("name", "x" * 101), ("role", "king"), ("language", "fr"),
        ("password", "short"), ("password", "x" * 201), ("password", "aaaaaaaaaaaaaaa"), ("password", "new-user12345"),
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_kept_is_refused_in_both_languages(session, user, field, value):
    fields = {"login": "new-user", "name": "李四", "password": PASSWORD, "role": "officer"}

    with pytest.raises(BadFields) as refused:
        create_user(session, None, organisation=user.organisation, hasher=CHEAP, **{**fields, field: value})

    assert list(refused.value.errors) == [field]
    assert refused.value.message("zh") != refused.value.message("en")


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "qx"), ("code", ""), ("code", "A-B"), ("code", "TAKEN"), ("name_zh", ""), ("name_en", "")],
)
def test_an_organ_that_cannot_be_kept_is_refused(session, field, value):
    make_organisation(session, code="TAKEN")

    with pytest.raises(BadFields) as refused:
        create_organisation(
            session, None, **{"code": "QX", "name_zh": "青溪", "name_en": "Qingxi", field: value}
        )

    assert list(refused.value.errors) == [field]


def test_organs_form_a_tree(session):
    city = make_organisation(session)
    county = make_organisation(session, parent=city)
    township = make_organisation(session, parent=county)
    other = make_organisation(session)

    assert township.is_within(city)
    assert city.is_within(city)
    assert not city.is_within(township)
    assert not other.is_within(city)
    assert accounts.find_organisation(session, county.code) is county
    assert (county.name("zh"), county.name("en")) == (county.name_zh, county.name_en)


@pytest.mark.parametrize("role", ["officer", "reviewer", "auditor"])
def test_only_an_administrator_makes_accounts_and_organs_and_changes_those_of_others(session, user, role):
    by = make_user(session, role)
    forbidden = [
        lambda: create_organisation(session, by, code="ZZ", name_zh="x", name_en="x"),
        lambda: create_user(
            session,
            by,
            login="mine",
            name="x",
            password=PASSWORD,
            role="administrator",
            organisation=by.organisation,
        ),
        lambda: set_active(session, user, by, active=False),
        lambda: change_password(session, user, by, NEW),
        lambda: revoke_sign_ins(session, user, by),
        lambda: revoke_sign_in(session, find_sign_in(session, start_sign_in(session, user)), by),
    ]

    for attempt in forbidden:
        with pytest.raises(NotAllowed):
            attempt()


def test_an_administrator_makes_accounts(session, administrator):
    organ = create_organisation(session, administrator, code="ZZ", name_zh="某机关", name_en="Some organ")
    made = create_user(
        session,
        administrator,
        login="new",
        name="新人",
        password=PASSWORD,
        role="reviewer",
        organisation=organ,
        hasher=CHEAP,
    )

    assert accounts.find_user(session, "NEW") is made
    assert session.scalars(select(Event).order_by(Event.seq.desc())).first().by is administrator


def test_an_inactive_administrator_may_do_nothing(session, administrator, user):
    set_active(session, administrator, None, active=False)

    with pytest.raises(NotAllowed):
        set_active(session, user, administrator, active=False)


def test_a_sign_in_is_found_by_its_token_of_which_only_the_hash_is_kept(session, user):
    token = start_sign_in(session, user, NOON)

    sign_in = find_sign_in(session, token, NOON + timedelta(minutes=5))

    assert sign_in.user is user
    assert token not in str(session.execute(select(SignIn.__table__)).all())
    assert token not in str(session.scalars(select(Event.detail)).all())
    assert len(token) >= 43


def test_tokens_that_were_never_given_out_find_nothing(session, user):
    start_sign_in(session, user, NOON)
    stored = session.scalars(select(SignIn.token_sha256)).one()

    for token in ("", "x" * 43, stored):
        assert find_sign_in(session, token, NOON) is None


def test_a_sign_in_ends_after_twelve_hours_however_busy(session, user):
    token = start_sign_in(session, user, NOON)

    for minutes in range(0, 12 * 60, 20):
        assert find_sign_in(session, token, NOON + timedelta(minutes=minutes))

    assert find_sign_in(session, token, NOON + timedelta(hours=12) - timedelta(seconds=1))
    assert find_sign_in(session, token, NOON + timedelta(hours=12)) is None


def test_a_sign_in_ends_after_half_an_hour_without_a_visit(session, user):
    token = start_sign_in(session, user, NOON)
    assert find_sign_in(session, token, NOON + timedelta(minutes=29, seconds=59))

    assert find_sign_in(session, token, NOON + timedelta(minutes=60)) is None


def test_a_visit_is_noted_at_most_once_a_minute(session, user):
    token = start_sign_in(session, user, NOON)

    assert find_sign_in(session, token, NOON + timedelta(seconds=59)).last_seen_at == NOON
    assert find_sign_in(session, token, NOON + timedelta(seconds=60)).last_seen_at == NOON + timedelta(
        seconds=60
    )


def test_a_revoked_sign_in_is_gone_at_once_and_the_others_live(session, user):
    first, second = start_sign_in(session, user, NOON), start_sign_in(session, user, NOON)

    revoke_sign_in(session, find_sign_in(session, first, NOON), user, NOON)

    assert find_sign_in(session, first, NOON) is None
    assert find_sign_in(session, second, NOON)


def test_revoking_twice_keeps_the_first_moment_and_one_event(session, user):
    sign_in = find_sign_in(session, start_sign_in(session, user, NOON), NOON)

    revoke_sign_in(session, sign_in, user, NOON)
    revoke_sign_in(session, sign_in, user, NOON + timedelta(minutes=1))

    assert sign_in.revoked_at == NOON
    assert len(session.scalars(select(Event).where(Event.kind == "sign_in.ended")).all()) == 1


def test_all_sign_ins_of_one_person_end_but_the_present_one(session, user, administrator):
    tokens = [start_sign_in(session, user, NOON) for _ in range(3)]
    other = start_sign_in(session, administrator, NOON)
    present = find_sign_in(session, tokens[0], NOON)

    assert revoke_sign_ins(session, user, user, NOON, but=present) == 2

    assert [bool(find_sign_in(session, token, NOON)) for token in [*tokens, other]] == [
        True,
        False,
        False,
        True,
    ]
    assert revoke_sign_ins(session, user, administrator, NOON) == 1


def test_a_deactivated_person_is_signed_out_and_cannot_sign_in(session, user, administrator):
    token = start_sign_in(session, user, NOON)

    set_active(session, user, administrator, NOON, active=False)
    set_active(session, user, administrator, NOON, active=False)

    assert find_sign_in(session, token, NOON) is None
    with pytest.raises(NotAllowed):
        start_sign_in(session, user, NOON)
    set_active(session, user, administrator, NOON, active=True)
    assert find_sign_in(session, token, NOON) is None, "the old sign-in does not come back"
    assert len(session.scalars(select(Event).where(Event.kind == "account.deactivated")).all()) == 1


def test_a_row_switched_off_behind_our_back_ends_the_sign_in_too(session, user):
    token = start_sign_in(session, user, NOON)

    user.active = False

    assert find_sign_in(session, token, NOON) is None


def test_a_new_password_needs_the_present_one_and_ends_the_other_sign_ins(session, user):
    here, elsewhere = start_sign_in(session, user, NOON), start_sign_in(session, user, NOON)
    with pytest.raises(BadFields) as refused:
        change_password(session, user, user, NEW, NOON, current="wrong", hasher=CHEAP)
    assert list(refused.value.errors) == ["current"]

    change_password(
        session, user, user, NEW, NOON, current=PASSWORD, but=find_sign_in(session, here, NOON), hasher=CHEAP
    )

    assert check(session, user.login, NEW) is user
    assert check(session, user.login, PASSWORD) is None
    assert find_sign_in(session, here, NOON)
    assert find_sign_in(session, elsewhere, NOON) is None


def test_a_weak_new_password_is_refused(session, user):
    with pytest.raises(BadFields) as refused:
        change_password(session, user, user, "short", NOON, current=PASSWORD, hasher=CHEAP)

    assert list(refused.value.errors) == ["new"]


def test_an_inactive_person_cannot_change_their_password(session, user):
    set_active(session, user, None, NOON, active=False)

    with pytest.raises(NotAllowed):
        change_password(session, user, user, NEW, NOON, current=PASSWORD, hasher=CHEAP)


def test_an_administrator_sets_the_password_of_another(session, user, administrator):
    change_password(session, user, administrator, NEW, NOON, hasher=CHEAP)

    assert check(session, user.login, NEW) is user
    assert NEW not in str(session.scalars(select(Event.detail)).all())


def test_a_person_chooses_their_language(session, user):
    set_language(session, user, "en")
    set_language(session, user, "en")

    assert user.language == "en"
    assert len(session.scalars(select(Event).where(Event.kind == "account.language_changed")).all()) == 1
    with pytest.raises(BadFields):
        set_language(session, user, "fr")


def test_no_two_accounts_share_a_login_even_past_the_checks(session, user):
    copy = User(
        login=user.login, name="x", password_hash="x", role="officer", organisation=user.organisation, active=True,
        created_at=NOON,
    )  # fmt: skip
    session.add(copy)

    with pytest.raises(IntegrityError):
        session.flush()
