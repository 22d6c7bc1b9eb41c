"""Who may do what: the roles, as data. ``release`` gives each group exactly these permissions."""

from django.apps import apps
from django.contrib.auth.models import Group, Permission

CUSTOMERS = "customers.customer customers.customeralias customers.salesrep customers.customerrep"
CONTACTS = "customers.contact customers.customernote customers.notduplicate"
CATALOGUE = "inventory.product inventory.productcode inventory.lot inventory.lotalias"
PLACES = "inventory.warehouse inventory.storefront"
STOCK = "inventory.stockproduct inventory.transferrequest inventory.transferrequestlineitem"
COUNTS = "inventory.stockcount inventory.stockcountline"
# Follow from other rows or are found by jobs: nobody types them.
LEDGER = "inventory.stockmovement inventory.storefrontinventory customers.duplicatecandidate"
ORDERS = "sales.salesorder sales.salesorderline sales.documentsegment"
SHIPMENTS = "distribution.distribution distribution.distributionline distribution.distributiondocument"
RETURNS = "distribution.return distribution.returnline"
DEFAULTS = "distribution.defaultplace"
RECALLS = "distribution.recall distribution.recalllot distribution.recallnotice distribution.recallpacket"
REPORTS = "distribution.tracingreport distribution.reportedshipment"
APPROVALS = "distribution.reportapproval distribution.reportdecision"
SKIPPED = "distribution.skippedshipment distribution.notsent distribution.shipstationpage"
PAPERS = "eqms.sourcedocument eqms.reading"
WORK = "eqms.job eqms.planrequest eqms.healthresult"
RECORD = "eqms.operationrun eqms.auditentry eqms.auditseal eqms.audithead eqms.electronicsignature"
HOUSE = "eqms.policy"
PEOPLE = "eqms.user"

EVERYDAY = " ".join(
    [CUSTOMERS, CONTACTS, CATALOGUE, PLACES, STOCK, COUNTS, LEDGER, ORDERS, SHIPMENTS, RETURNS, DEFAULTS, SKIPPED]
    + [RECALLS, REPORTS, APPROVALS, PAPERS, WORK, HOUSE]
)
VIEW, WRITE, ALL = "view", "view add change", "view add change delete"

# Role -> [(models, verbs)] and, after them, permissions that belong to no single model.
ROLES: dict[str, list[tuple[str, str]]] = {
    "viewer": [(EVERYDAY, VIEW)],
    "sales": [
        (EVERYDAY, VIEW),
        (CUSTOMERS, WRITE),
        (CONTACTS, ALL),
        (ORDERS, WRITE),
        (PAPERS, WRITE),
        (SKIPPED, WRITE),
    ],
    "warehouse": [
        (EVERYDAY, VIEW),
        (STOCK, WRITE),
        (COUNTS, WRITE),
        (SHIPMENTS, WRITE),
        (RETURNS, WRITE),
        (REPORTS, WRITE),
        (SKIPPED, WRITE),
        (PAPERS, WRITE),
    ],
    "quality": [
        (EVERYDAY, VIEW),
        (RECORD, VIEW),
        (CUSTOMERS, ALL),
        (CONTACTS, ALL),
        (CATALOGUE, WRITE),
        (STOCK, WRITE),
        (COUNTS, WRITE),
        (ORDERS, WRITE),
        (SHIPMENTS, WRITE),
        (RETURNS, WRITE),
        (DEFAULTS, WRITE),
        (RECALLS, WRITE),
        (REPORTS, WRITE),
        (APPROVALS, WRITE),
        (HOUSE, WRITE),
        ("eqms.operationrun", "undo_run"),
        ("inventory.stockmovement", "adjust_stock"),
        ("inventory.lot", "override_lot_status"),
    ],
    "administrator": [
        (EVERYDAY, ALL),
        (RECORD, VIEW),
        (PEOPLE, ALL),
        ("auth.group", VIEW),
        ("eqms.operationrun", "undo_run exceed_ceiling"),
        ("inventory.stockmovement", "adjust_stock"),
        ("inventory.lot", "override_lot_status"),
    ],
    # Sees own orders, shipments and invoices under /portal/; nothing under /admin/.
    "portal customer": [],
}


class UnknownPermission(Exception):
    """The table names a permission that no model has."""


def permissions_of(role: str) -> set[str]:
    """Return the permissions of ``role`` as "app.codename"."""
    return {name for models, verbs in ROLES[role] for model in models.split() for name in named(model, verbs)}


def named(model: str, verbs: str) -> list[str]:
    """Return the permissions "app.codename" that ``verbs`` mean on one model."""
    app, _, row = model.partition(".")
    # "undo_run" is a codename of its own; "view" is one of the four that every model has.
    return [f"{app}.{verb if '_' in verb else f'{verb}_{row}'}" for verb in verbs.split()]


def models_without_a_role() -> list[str]:
    """Return the models of this product that no role may view."""
    ours = {model for model in apps.get_models() if not model.__module__.startswith(("django", "axes"))}
    seen = set().union(*(permissions_of(role) for role in ROLES))
    return sorted(m._meta.label_lower for m in ours if f"{m._meta.app_label}.view_{m._meta.model_name}" not in seen)


def seed() -> list[str]:
    """Give every role its group with exactly its permissions; return what changed, in words.

    Raises UnknownPermission, and then has changed nothing.
    """
    rows = Permission.objects.select_related("content_type")
    known = {f"{row.content_type.app_label}.{row.codename}": row for row in rows}
    wanted = {role: permissions_of(role) for role in ROLES}
    unknown = sorted(set().union(*wanted.values()) - set(known))
    if unknown:
        raise UnknownPermission(f"eqms/roles.py names permissions that do not exist: {', '.join(unknown)}")
    return [words for role in ROLES if (words := give(role, {known[name] for name in wanted[role]}))]


def give(role: str, permissions: set[Permission]) -> str:
    """Give the group of ``role`` exactly ``permissions``; return in words what changed, empty for nothing."""
    group, is_new = Group.objects.get_or_create(name=role)
    held = set(group.permissions.all())
    if not is_new and held == permissions:
        return ""
    group.permissions.set(permissions)
    return f"Role {role}: {len(permissions - held)} permissions added, {len(held - permissions)} taken away."
