"""splink 5 on DuckDB, unsupervised: ``python _splink.py CUSTOMERS.csv PAIRS.csv``. Needs nothing of the project."""

import sys
from itertools import pairwise

import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

# What people clean before they compare: case, punctuation, formats.
CLEANED = """
    CREATE TABLE customers AS SELECT
        id AS unique_id,
        nullif(trim(regexp_replace(regexp_replace(upper(name), '[^A-Z0-9]+', ' ', 'g'),
            '\\b(THE|OF|AND|INC|LLC|PC|PLLC|LLP|CORP|CO)\\b', '', 'g')), '') AS name,
        nullif(regexp_extract(address, '[0-9]+'), '') AS house,
        nullif(regexp_extract(upper(address), '[0-9]+ (?:[NSEW]+ )?([A-Z0-9]+)', 1), '') AS street,
        nullif(regexp_replace(upper(city), '[^A-Z]', '', 'g'), '') AS city,
        nullif(left(lpad(regexp_extract(zip, '[0-9]+'), 5, '0'), 5), '00000') AS zip,
        nullif(right(regexp_replace(regexp_replace(phone, '[xX].*', ''), '[^0-9]', '', 'g'), 10), '') AS phone,
        nullif(lower(email), '') AS email,
        nullif(regexp_replace(replace(customer_number, '-00', ''), '[^0-9]', '', 'g'), '') AS customer_number
    FROM read_csv('{source}', header=true, all_varchar=true)
"""
THRESHOLD = 0.9999  # match probability: on these lists the best of those tried


def settings() -> SettingsCreator:
    """Return the model: names by likeness, the rest by equality with term frequencies."""
    exact = [
        cl.ExactMatch(column).configure(term_frequency_adjustments=True)
        for column in ("phone", "email", "customer_number", "zip", "city", "street")
    ]
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("house", 1).configure(term_frequency_adjustments=True),
            *exact,
        ],
        blocking_rules_to_generate_predictions=[
            block_on("phone"),
            block_on("email"),
            block_on("customer_number"),
            block_on("house", "zip"),
            block_on("house", "city"),
            block_on("substr(name, 1, 5)", "zip"),
            block_on("substr(name, 1, 8)", "city"),
        ],
    )


def main(source: str, target: str) -> None:
    """Write the clusters that splink finds as pairs of neighbours."""
    database = DuckDBAPI()
    database.duckdb_con.execute("SET threads = 1")
    database.duckdb_con.execute(CLEANED.format(source=source))
    linker = Linker(database.register("customers"), settings())
    rules = [block_on("phone", "name"), block_on("name", "zip")]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("phone"), block_on("house", "zip"), block_on("name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=THRESHOLD)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, THRESHOLD)
    clusters: dict[str, list[str]] = {}
    for record in found.as_record_list():
        clusters.setdefault(record["cluster_id"], []).append(record["unique_id"])
    with open(target, "w", encoding="utf-8") as file:
        file.write("id_a,id_b\n")
        for cluster in clusters.values():
            file.writelines(f"{one},{other}\n" for one, other in pairwise(cluster))


if __name__ == "__main__":
    main(*sys.argv[1:])
