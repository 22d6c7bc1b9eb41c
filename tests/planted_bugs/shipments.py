"""Bugs of shipments: what holds customers, what links, what ShipStation reports."""

from .bug import Bug

CLEANUP = "tests/customers/test_cleanup.py"
LINKING, MATCHING = "distribution/operations/linking.py", "tests/distribution/test_match_distributions.py"
LIKELY, PRODUCTS = "distribution/likely_orders.py", "tests/sales/test_link_products.py"
STATION, STATION_TESTS = "distribution/shipstation", "tests/distribution/shipstation"
CLIENT, FETCHING = f"{STATION}/client.py", f"{STATION}/fetching.py"
NOTES, REPORTED = f"{STATION}/lots_in_notes.py", f"{STATION}/reported.py"
CLIENT_TESTS, FETCHING_TESTS = f"{STATION_TESTS}/test_client.py", f"{STATION_TESTS}/test_fetching.py"
NOTES_TESTS, REPORTED_TESTS = f"{STATION_TESTS}/test_lots_in_notes.py", f"{STATION_TESTS}/test_reported.py"

BUGS = [
    Bug("distribution/holders.py", "Distribution.objects.waiting()", "Distribution.objects.all()", CLEANUP, "waiting"),
    Bug(LINKING, "pieces(shipments.waiting())", "pieces(shipments.filter(sales_order=None))", MATCHING),
    Bug(LINKING, "orders.get(shipment.order_number_key)", "next(iter(orders.values()), None)", MATCHING),
    Bug(LINKING, "if waiting := Distribution.objects.waiting().count():", "if waiting := 0:", MATCHING),
    Bug(LINKING, "matched().filter(may_wait=True)", "filter(may_wait=True)", MATCHING),
    Bug("distribution/policy.py", "policy is None or policy.value != NO", "True", MATCHING),
    Bug(
        LIKELY,
        "ORDERED_BEFORE, ORDERED_AFTER = timedelta(days=90)",
        "ORDERED_BEFORE, ORDERED_AFTER = timedelta(days=9000)",
        MATCHING,
    ),
    Bug(LIKELY, 'PARCEL.sub("", part), ', "", MATCHING),
    Bug("sales/operations/linking.py", "if len(numbers) == 1 else None", "if numbers else None", PRODUCTS),
    Bug("sales/operations/linking.py", "order__in=orders.order_by(), ", "", PRODUCTS),
    Bug(CLIENT, "int(text) if text is not None and text.strip().isdecimal() else None", "None", CLIENT_TESTS),
    Bug(CLIENT, "except ValueError:  # a line", "except KeyError:  # a line", CLIENT_TESTS),
    Bug(CLIENT, "if answer.status in (401, 403):", "if answer.status in ():", CLIENT_TESTS),
    Bug(
        CLIENT,
        '"sortDir": "ASC", **filters}\n        return self._page("shipments"',
        '"sortDir": "ASC"}\n        return self._page("shipments"',
        CLIENT_TESTS,
    ),
    Bug(FETCHING, "newest.is_last or ", "", FETCHING_TESTS),
    Bug(FETCHING, "newest.fetched_at < timezone.now() - RESUMED_WITHIN", "False", FETCHING_TESTS),
    Bug(FETCHING, "filter(number__gte=page.number).delete()", "filter(number=page.number).delete()", FETCHING_TESTS),
    Bug(NOTES, "if any(len(products) != 1 for products in owners.values()):", "if False:", NOTES_TESTS),
    Bug(NOTES, "if key in named and named[key].units != lot.units:", "if False:", NOTES_TESTS),
    Bug(NOTES, "lots[0].units in (None, units)", "True", NOTES_TESTS),
    Bug(REPORTED, 'entry.get("adjustment") is True', "False", REPORTED_TESTS),
    Bug(REPORTED, "if value is None or isinstance(value, (dict, list, bool)):", "if value is None:", REPORTED_TESTS),
]
