"""Customers, their reps and contacts, and what was noted about them."""

import unicodedata

from customers.company_key import company_key, customer_number_key
from customers.models import Contact, Customer, CustomerAlias, CustomerNote, CustomerRep, SalesRep

from .story import Story, table

REPS = [  # name, territory
    ("Dana Whitfield", "West"),
    ("Luis Ortega", "South"),
    ("Priya Raman", "Midwest"),
    ("Megan O'Hara", "Northeast"),
    ("Jonas Lindqvist", "Europe"),
    ("Yuki Tanabe", "Asia and Pacific"),
    ("Carl Brandt", "Midwest"),
]
WEST = {"CO", "WA", "OR", "CA", "AZ", "NM", "AK", "HI"}
SOUTH = {"TX", "AR", "OK", "KS", "TN", "GA", "MS", "LA", "FL", "SC", "NC", "KY"}
MIDWEST = {"MO", "MN", "WI", "IL", "IN", "MI", "OH"}
ASIA = {"JP", "KR", "CN", "IN", "AU", "IL", "SA", "KZ"}
FIRST = "Anna Ben Clara David Elena Femi Grace Hiro Ingrid Jamal Keiko Liam Maria Noor Oskar Paula Quinn Rosa Sven Tess"
LAST = "Abbott Bauer Castillo Diaz Eriksen Fischer Gupta Hansen Ito Jensen Kim Laurent Moreau Novak Olsen Park Reyes"
TITLES = ("Purchasing", "Materials management", "Head nurse, urology", "Stock room", "Accounts payable", "Lab manager")
NOTES = (
    "Receiving dock closes at 14:30. No deliveries on Friday afternoons.",
    "Asked for a quote for bladder scanners in the next budget year.",
    "Wants lot numbers on the packing slip, printed large.",
    "New purchasing system: PO number has to stand on every invoice.",
    "Complained about a late delivery; explained the carrier's strike. Settled.",
    "Trial of hydrophilic catheters went well, expects a standing order.",
    "Sends orders by fax. Call back when the page is hard to read.",
    "Merging with the neighbouring clinic next spring: ask for the new name.",
)
FORMER_NAMES = {"Rose City Urology PC": "Portland Urology Clinic", "Royal Thames Hospital": "Thames Street Hospital"}
FORMER_NUMBERS = {"Windy City Interventional": "OLD-4410", "Klinik Müller GmbH": "DE-0077"}


def tell(story: Story) -> None:
    """Plan reps and the customers of facilities.csv, all of which order something."""
    for name, territory in REPS:
        mail = f"{ascii_slug(name)}@demo.example"
        active = name != "Carl Brandt"
        rep = story.create(SalesRep, name=name, territory=territory, email=mail, is_active=active)
        story.reps.append(rep)
    for number, facility in enumerate(table("facilities.csv"), start=1):
        story.customers.append(make_customer(story, number, facility))
    for customer in story.customers:
        surround(story, customer)
    remember_former_names(story)


def make_customer(story: Story, number: int, facility: dict[str, str], because="demo data", **values) -> Customer:
    """Plan one customer; ``number`` makes its phone, e-mail and customer number."""
    phone = f"{facility['phone']} 555-{100 + number % 900:04d}" if facility.get("phone") else ""
    rep = story.reps[rep_of(facility)]
    defaults = {
        **facility,
        "facility_name": facility["name"],
        "phone": phone,
        "email": f"purchasing@{ascii_slug(facility['name']) or f'customer{number}'}.example",
        "customer_number": None if number % 9 == 4 else f"C-{1000 + number}",
        "primary_rep": rep,
        "account_manager": story.people["sam"] if number % 4 == 1 else None,
        "created_at": story.office_hours(story.day(380 + number * 37 % 1100)),
        "status": {7: "inactive", 29: "win_back"}.get(number % 31, "active"),
    }
    if number % 22 == 3:
        defaults["leads_sheet_url"] = f"https://sheets.example/leads/{8000 + number}"
        defaults["leads_sheet_label"] = f"Leads {rep.territory}"
    defaults.pop("name")
    return story.create(Customer, because, **{**defaults, **values})


def rep_of(facility: dict[str, str]) -> int:
    """Return the number of the rep of the facility's territory."""
    state, country = facility.get("state", ""), facility.get("country", "US")
    if country not in ("US", "CA"):
        return 5 if country in ASIA else 4
    for number, states in enumerate((WEST, SOUTH, MIDWEST)):
        if state in states:
            return number
    return 3


def surround(story: Story, customer: Customer) -> None:
    """Plan contacts, notes and further reps, more of them for some than for others."""
    chance = story.chance
    domain = customer.email.partition("@")[2]
    for nth in range(chance.choice((0, 1, 1, 1, 2, 2, 3))):
        make_contact(story, customer, domain, is_primary=nth == 0)
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
        author = story.people[chance.choice(("sam", "sofia"))]
        day = story.weekday(story.day(chance.randrange(5, 340)))
        story.create(CustomerNote, customer=customer, text=chance.choice(NOTES), written_on=day, author=author)
    if chance.random() < 0.15:
        rep = chance.choice([rep for rep in story.reps if rep is not customer.primary_rep])
        story.create(CustomerRep, customer=customer, rep=rep)


def make_contact(story: Story, customer: Customer, domain: str, *, is_primary: bool, because="demo data") -> None:
    """Plan a person at ``customer`` with a mailbox at ``domain``."""
    chance = story.chance
    first, last = chance.choice(FIRST.split()), chance.choice(LAST.split())
    story.create(
        Contact,
        because,
        customer=customer,
        name=f"{first} {last}",
        email=f"{first}.{last}@{domain}".lower(),
        phone=customer.phone and f"{customer.phone} ext. {chance.randrange(10, 99)}",
        title=chance.choice(TITLES),
        is_primary=is_primary,
        created_at=customer.created_at,
    )


def remember_former_names(story: Story) -> None:
    """Plan what else means a customer: names and numbers of earlier days."""
    for customer in story.customers:
        if name := FORMER_NAMES.get(customer.facility_name):
            key = company_key(name, customer.address1, customer.city, customer.state, customer.postal_code)
            story.create(CustomerAlias, kind=CustomerAlias.Kind.KEY, value=key, customer=customer)
        if number := FORMER_NUMBERS.get(customer.facility_name):
            value = customer_number_key(number)
            story.create(CustomerAlias, kind=CustomerAlias.Kind.NUMBER, value=value, customer=customer)


def named(story: Story, name: str) -> Customer:
    """Return the planned customer with this facility name."""
    return next(customer for customer in story.customers if customer.facility_name == name)


def ascii_slug(name: str) -> str:
    """Return ``name`` as a part of an e-mail address, "" where it has no Latin letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())
