"""Customers that look alike, for the tests of search, suggestions and review."""

from typing import Any

from customers.models import Customer

SAME_PLACE = {"city": "Springfield", "state": "IL", "postal_code": "62701"}
NAMES = [  # one customer written in two ways, and its street
    ("St. Mary's Hospital", "Saint Marys Hosp", "Willow"),
    ("Riverside Orthopedics", "Riverside Ortho, Inc.", "Harrison"),
    ("Klinik Müller", "Klinik Mueller GmbH", "Lindenhof"),
    ("Harbor View Surgical Center", "Harborview Surgical Ctr", "Dockside"),
    ("Pine Grove Veterinary", "Pine Grove Vet", "Ashland"),
    ("Bluestone Cardiology", "Bluestone Cardiology Assoc.", "Quarry"),
    ("Desert Springs Dialysis", "Desert Springs Dialysis Ctr", "Cactus"),
    ("Everglade Family Practice", "Everglade Family Practise", "Mangrove"),
    ("Tamarack Rehabilitation", "Tamarack Rehab", "Birch"),
    ("Zephyr Imaging", "Zephyr Imaging LLC", "Windmill"),
    ("Okapi Pediatrics", "Okapi Peds", "Savanna"),
    ("Quincy Wound Care", "Quincy Woundcare", "Adams"),
]


def alike(nth: int = 0, **values: Any) -> tuple[Customer, Customer]:
    """Make two customers that are surely one: the same phone and house, the name written in two ways.

    Different ``nth`` give couples that do not look like each other.
    """
    first, second, street = NAMES[nth]
    common = {**SAME_PLACE, "phone": f"21{nth % 10}-5{nth * 7 % 10}5-{1000 + 271 * nth}", **values}
    couple = (first, f"{10 + 37 * nth} {street} Street"), (second, f"{10 + 37 * nth} {street} St.")
    one, other = (Customer.objects.create(facility_name=name, address1=address, **common) for name, address in couple)
    return one, other
