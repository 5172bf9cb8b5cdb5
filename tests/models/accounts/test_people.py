"""The rules of people: what no role can grant, acting for an account, tokens, the second step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import (
    Actor,
    Browser,
    BuyerRole,
    Membership,
    Permission,
    Purpose,
    Role,
    SignInSession,
    Throttle,
    User,
    accept_invitation,
    add_address,
    addresses_of,
    ask_for_reset,
    begin_set_up,
    change_member_role,
    change_roles,
    check_code,
    confirm_set_up,
    disable,
    edit_address,
    end_membership,
    find_visit,
    forget_old_tries,
    invite_buyer,
    invite_staff,
    reset_password,
    sign_in,
    start_acting,
    stop_acting,
    switch_account,
)
from models.accounts.passwords import require_good
from models.accounts.throttling import CODE_IN_5_MINUTES, TooManyTries, count_try
from models.accounts.tokens import issue_token
from models.kernel import clock
from models.kernel.activity import Activity
from models.kernel.errors import Conflict, Denied, NotFound, Refused
from tests.signing_in import PASSWORD
from tests.world import World

NOON = datetime(2026, 11, 20, 12, 0, 10, tzinfo=UTC)


def opened(session: Session, actor: Actor) -> tuple[str, int]:
    made = sign_in(session, session.get_one(User, actor.id), browser=Browser())
    return made.token, made.session_id


def membership(session: Session, actor: Actor) -> Membership:
    return session.scalars(select(Membership).where(Membership.user_id == actor.id)).one()


def test_an_invitation_is_good_once_and_then_the_person_has_a_password(
    world: World, session: Session
) -> None:
    invited = invite_buyer(
        session, account_id=world.acme.id, email="Dora@example.com", name="Dora",
        role=BuyerRole.BUYER, by=world.alice,
    )  # fmt: skip
    assert invited.token
    user = accept_invitation(session, invited.token, PASSWORD, "Dora D")
    assert user.password_hash
    assert user.name == "Dora D"
    with pytest.raises(Refused, match="used already"):
        accept_invitation(session, invited.token, PASSWORD, "Dora")


def test_a_buyer_without_the_capability_cannot_invite(world: World, session: Session) -> None:
    with pytest.raises(Denied):
        invite_buyer(
            session, account_id=world.acme.id, email="x@example.com", name="X",
            role=BuyerRole.BUYER, by=world.bob,
        )  # fmt: skip


def test_nobody_can_be_invited_to_a_strangers_company(world: World, session: Session) -> None:
    with pytest.raises(NotFound):
        invite_buyer(
            session, account_id=world.globex.id, email="x@example.com", name="X",
            role=BuyerRole.BUYER, by=world.alice,
        )  # fmt: skip


def test_no_buyers_role_can_grant_what_the_granter_lacks(world: World, session: Session) -> None:
    own = membership(session, world.bob)
    own.capabilities = {"manage_users": True}
    session.flush()
    bob = Actor(
        id=world.bob.id, name="bob", is_staff=False, account_id=world.acme.id,
        capabilities=own.all_capabilities(),
    )  # fmt: skip
    with pytest.raises(Refused, match="more than you may"):
        invite_buyer(
            session, account_id=world.acme.id, email="x@example.com", name="X",
            role=BuyerRole.COMPANY_ADMIN, by=bob,
        )  # fmt: skip
    with pytest.raises(Refused, match="more than you may"):
        change_member_role(session, membership(session, world.alice).id, BuyerRole.BUYER, by=bob)


def test_no_staff_role_can_grant_what_it_lacks(world: World, session: Session) -> None:
    clerk = Actor(
        id=world.olu.id, name="olu", is_staff=True,
        permissions=world.olu.permissions | {Permission.USERS_MANAGE},
    )  # fmt: skip
    with pytest.raises(Refused, match="more than you may"):
        invite_staff(session, email="x@example.com", name="X", roles={Role.ADMINISTRATOR}, by=clerk)
    with pytest.raises(Refused, match="more than you may"):
        change_roles(session, world.nora.id, {Role.CUSTOMER_SERVICE}, by=clerk)
    with pytest.raises(Denied):
        invite_staff(session, email="x@example.com", name="X", roles={Role.WAREHOUSE}, by=world.olu)


def test_nobody_changes_their_own_roles_and_an_administrator_stays(
    world: World, session: Session
) -> None:
    with pytest.raises(Refused, match="Another administrator"):
        change_roles(session, world.ada.id, {Role.WAREHOUSE}, by=world.ada)
    everything = Actor(
        id=world.olu.id, name="olu", is_staff=True, permissions=frozenset(Permission)
    )
    with pytest.raises(Refused, match="last administrator"):
        disable(session, world.ada.id, by=everything)


def test_changed_roles_end_the_sessions_they_were_used_in(world: World, session: Session) -> None:
    token, _ = opened(session, world.olu)
    change_roles(session, world.olu.id, {Role.WAREHOUSE}, by=world.ada)
    session.flush()
    assert find_visit(session, token) is None


def test_a_company_keeps_somebody_who_manages_its_users(world: World, session: Session) -> None:
    own = membership(session, world.bob)
    own.role = BuyerRole.COMPANY_ADMIN
    session.flush()
    boss = Actor(
        id=world.bob.id, name="bob", is_staff=False, account_id=world.acme.id,
        capabilities=own.all_capabilities(),
    )  # fmt: skip
    end_membership(session, membership(session, world.alice).id, by=boss)
    with pytest.raises(Refused, match="Somebody else of your company"):
        end_membership(session, own.id, by=boss)


def test_a_reset_token_is_worth_nothing_after_its_use_or_after_another_was_asked_for(
    world: World, session: Session
) -> None:
    _, first = ask_for_reset(session, "bob@example.com") or (None, "")
    _, second = ask_for_reset(session, "BOB@example.com") or (None, "")
    with pytest.raises(Refused):
        reset_password(session, first, PASSWORD)
    reset_password(session, second, PASSWORD)
    with pytest.raises(Refused):
        reset_password(session, second, PASSWORD + "!")


def test_a_reset_token_ends_after_an_hour_and_when_the_password_changed(
    world: World, session: Session
) -> None:
    bob = session.get_one(User, world.bob.id)
    token = issue_token(session, bob, Purpose.RESET, by=None)
    with (
        clock.travelling(clock.now() + timedelta(minutes=61)),
        pytest.raises(Refused),
    ):
        reset_password(session, token, PASSWORD)
    bob.password_hash = "another"
    with pytest.raises(Refused):
        reset_password(session, token, PASSWORD)


def test_a_token_serves_only_its_purpose(world: World, session: Session) -> None:
    token = issue_token(session, session.get_one(User, world.bob.id), Purpose.RESET, by=None)
    with pytest.raises(Refused):
        accept_invitation(session, token, PASSWORD, "Bob")


def test_a_new_password_ends_every_session(world: World, session: Session) -> None:
    token, _ = opened(session, world.bob)
    _, reset = ask_for_reset(session, "bob@example.com") or (None, "")
    reset_password(session, reset, PASSWORD)
    session.flush()
    assert find_visit(session, token) is None


@pytest.mark.parametrize(
    "poor", ["short", "aaaaaaaaaaaaaaaa", "password1234", "qwerty123456", "x" * 129]
)
def test_a_poor_password_is_refused(poor: str) -> None:
    with pytest.raises(Refused):
        require_good(poor, email="bob@example.com")


def test_the_sixth_code_in_five_minutes_is_refused_and_the_window_ends(
    world: World, session: Session
) -> None:
    with clock.travelling(NOON):
        for _ in range(5):
            count_try(session, CODE_IN_5_MINUTES, "7")
        with pytest.raises(TooManyTries) as caught:
            count_try(session, CODE_IN_5_MINUTES, "7")
        count_try(session, CODE_IN_5_MINUTES, "8")
    assert caught.value.retry_after == 291
    with clock.travelling(NOON + timedelta(minutes=5)):
        count_try(session, CODE_IN_5_MINUTES, "7")


def test_old_counts_are_forgotten_and_those_of_today_kept(world: World, session: Session) -> None:
    with clock.travelling(NOON):
        count_try(session, CODE_IN_5_MINUTES, "old")
    with clock.travelling(NOON + timedelta(days=2)):
        count_try(session, CODE_IN_5_MINUTES, "new")
        forget_old_tries(session)
    assert len(session.scalars(select(Throttle)).all()) == 1


def test_a_code_is_good_once_and_a_step_early_or_late(world: World, session: Session) -> None:
    with clock.travelling(NOON):
        _, session_id = opened(session, world.nora)
        begin_set_up(session, by=world.nora)
        user = session.get_one(User, world.nora.id)
        app = pyotp.TOTP(user.totp_secret or "")
        code = app.at(NOON)
        _, codes = confirm_set_up(session, session_id, code, by=world.nora)
        with pytest.raises(Refused, match="used already"):
            check_code(session, user, code)
        check_code(session, user, app.at(NOON + timedelta(seconds=30)))
        with pytest.raises(Refused):
            check_code(session, user, app.at(NOON + timedelta(seconds=60)))
    assert len(set(codes)) == 10
    check_code(session, user, codes[0])
    session.flush()
    with pytest.raises(Refused):
        check_code(session, user, codes[0])


def test_a_rep_acts_only_for_accounts_they_look_after_today(world: World, session: Session) -> None:
    _, session_id = opened(session, world.rita)
    with pytest.raises(NotFound):
        start_acting(session, session_id, world.globex.id, by=world.rita)
    token = start_acting(session, session_id, world.acme.id, by=world.rita, reason="phoned")
    visit = find_visit(session, token)
    assert visit is not None
    assert visit.actor.acting_for_id == world.acme.id
    assert visit.account_name == "Acme Gifts"
    with pytest.raises(Conflict, match="Leave that account first"):
        start_acting(session, session_id, world.acme.id, by=visit.actor)


def test_acting_needs_the_permission(world: World, session: Session) -> None:
    _, session_id = opened(session, world.sam)
    with pytest.raises(Denied):
        start_acting(session, session_id, world.acme.id, by=world.sam)


def test_acting_changes_the_token_is_audited_and_stops(world: World, session: Session) -> None:
    before, session_id = opened(session, world.olu)
    token = start_acting(session, session_id, world.globex.id, by=world.olu, reason="phoned")
    assert find_visit(session, before) is None
    after = stop_acting(session, session_id, by=world.olu)
    visit = find_visit(session, after)
    assert find_visit(session, token) is None
    assert visit is not None
    assert visit.actor.account_id is None
    kinds = select(Activity.kind, Activity.on_behalf_of_id).where(Activity.kind.like("acting%"))
    assert sorted(tuple(row) for row in session.execute(kinds)) == [
        ("acting.started", world.globex.id),
        ("acting.stopped", world.globex.id),
    ]


def test_acting_ends_after_thirty_idle_minutes_but_the_session_goes_on(
    world: World, session: Session
) -> None:
    _, session_id = opened(session, world.olu)
    token = start_acting(session, session_id, world.acme.id, by=world.olu)
    session.get_one(SignInSession, session_id).acting_seen_at = clock.now() - timedelta(minutes=31)
    session.flush()
    visit = find_visit(session, token)
    assert visit is not None
    assert visit.actor.acting_for_id is None


def test_whoever_acts_has_no_say_over_the_buyers_users_and_addresses(
    world: World, session: Session
) -> None:
    _, session_id = opened(session, world.olu)
    visit = find_visit(session, start_acting(session, session_id, world.acme.id, by=world.olu))
    assert visit is not None
    with pytest.raises(Denied):
        invite_buyer(
            session, account_id=world.acme.id, email="x@example.com", name="X",
            role=BuyerRole.BUYER, by=visit.actor,
        )  # fmt: skip
    with pytest.raises(Denied):
        add_address(session, "X", {"company": "X", "line1": "1", "city": "Y"}, by=visit.actor)


def test_a_buyer_switches_only_to_a_company_they_belong_to(world: World, session: Session) -> None:
    _, session_id = opened(session, world.bob)
    with pytest.raises(NotFound):
        switch_account(session, session_id, world.globex.id, by=world.bob)
    session.add(Membership(user_id=world.bob.id, account_id=world.globex.id, role="approver"))
    session.flush()
    visit = find_visit(session, switch_account(session, session_id, world.globex.id, by=world.bob))
    assert visit is not None
    assert visit.actor.account_id == world.globex.id
    assert visit.account_count == 2


def test_an_edited_address_is_a_new_version_and_a_stale_edit_a_conflict(
    world: World, session: Session
) -> None:
    old = session.scalars(addresses_of(world.acme.id)).one()
    facts = {**old.copy(), "is_ship_to": True, "line1": "14 High Street"}
    new = edit_address(session, old.id, 1, facts, by=world.alice)
    assert (new.code, new.version, new.line1, new.is_default) == ("MAIN", 2, "14 High Street", True)
    assert old.line1 == "12 High Street"
    assert session.scalars(addresses_of(world.acme.id)).all() == [new]
    with pytest.raises(Conflict):
        edit_address(session, new.id, 1, facts, by=world.alice)
    with pytest.raises(NotFound):
        edit_address(session, new.id, 2, facts, by=world.charlie)
