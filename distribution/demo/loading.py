"""Loading the demo data: once, in one transaction, as one run of the record."""

from datetime import date

from django.contrib.auth.models import Group
from django.db import transaction

from eqms.checks import traced_models
from eqms.models import OperationRun, Policy, User
from eqms.operations import Plan, Refused, write
from eqms.operations.operation import options_text, reading_only

from . import buyers, counts, goods, orders, planted, recalls, transfers
from .story import Story

OPERATION = "load_demo_data"
PEOPLE = {  # user name -> first name, last name, role
    "sam": ("Sam", "Okafor", "sales"),
    "sofia": ("Sofía", "Benítez", "sales"),
    "wanda": ("Wanda", "Kowalski", "warehouse"),
    "quentin": ("Quentin", "Adler", "quality"),
    "vera": ("Vera", "Lindgren", "viewer"),
}


def loaded_run() -> OperationRun | None:
    """Return the run that loaded the demo data and is not undone, None where there is none."""
    runs = OperationRun.objects.applied().filter(operation=OPERATION).order_by("-id")
    return next((run for run in runs if not run.is_undone()), None)


def load(day: date, *, actor: User | str = "demo data", reason: str = "demo data", dry_run: bool = False) -> Plan:
    """Write the demo data as told on ``day`` and return the plan with its ``run`` (None: only shown).

    Raises Refused where the database holds rows of other origin; then nothing is written.
    """
    with transaction.atomic(durable=True):
        refuse_foreign_rows()
        plan = Plan(OPERATION, options_text({"day": day}), locking=True)
        people = {name: person(name, *about) for name, about in PEOPLE.items()}
        with reading_only():
            tell(Story(plan, day, people))
        plan.run = None if dry_run else write(plan, actor=actor, reason=reason)
        transaction.set_rollback(dry_run)
    return plan


def tell(story: Story) -> None:
    """Fill the plan of ``story`` from the first product to the last shipment."""
    goods.tell(story)
    buyers.tell(story)
    planted.tell_customers(story)
    transfers.tell(story)
    wrong_balances = planted.tell_stock(story)
    story.tell_scheduled()
    orders.tell(story)
    planted.tell_orders(story)
    orders.ship_all(story)
    planted.tell_shipments(story)
    counts.tell(story)
    recalls.tell(story)
    story.stock.plan_balances(wrong_balances)


def refuse_foreign_rows() -> None:
    """Raise Refused, naming them, where traced rows are here already. Policies are part of every release."""
    there = [model for model in traced_models() if model is not Policy and model._base_manager.exists()]
    if there:
        names = ", ".join(f"{model._base_manager.count()} {model._meta.verbose_name_plural}" for model in there[:4])
        raise Refused(f"This database holds rows that are no demo data: {names}. Use an empty database.")


def person(username: str, first_name: str, last_name: str, role: str) -> User:
    """Return the demo user, made without a usable password where it is not there yet."""
    names = {"first_name": first_name, "last_name": last_name, "email": f"{username}@demo.example"}
    user, made = User.objects.get_or_create(username=username, defaults={**names, "is_staff": True})
    if made:
        user.set_unusable_password()
        user.save()
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user
