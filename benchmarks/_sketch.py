"""A sketch of the matcher in one file: ``python _sketch.py SKETCH.py CUSTOMERS.csv PAIRS.csv``."""

import csv
import importlib.util
import sys
from itertools import pairwise


def main(sketch: str, source: str, target: str) -> None:
    """Write the clusters that the sketch finds as pairs of neighbours: their closure is the same."""
    specification = importlib.util.spec_from_file_location("sketch", sketch)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    with open(source, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with open(target, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id_a", "id_b"])
        for cluster in module.Linker(rows).find():
            writer.writerows((rows[one]["id"], rows[other]["id"]) for one, other in pairwise(cluster))


if __name__ == "__main__":
    main(*sys.argv[1:])
