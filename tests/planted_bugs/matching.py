"""Bugs in finding duplicates."""

from .bug import Bug

MATCHING, TESTS = "customers/matching", "tests/customers/matching"
BANDS, CLUSTERS, EVIDENCE = f"{MATCHING}/bands.py", f"{MATCHING}/clusters.py", f"{MATCHING}/evidence.py"
KNOWN, TEXT, VOCABULARY = f"{MATCHING}/known.py", f"{MATCHING}/text.py", f"{MATCHING}/vocabulary.py"
FOUND, SCRIPTS, CHANGING = f"{TESTS}/test_finding.py", f"{TESTS}/test_scripts.py", f"{TESTS}/test_known.py"
FILE, COMMAND = "customers/customer_file.py", "customers/duplicate_file_search.py"
FILES = "tests/customers/test_find_duplicates.py"

BUGS = [
    Bug(TEXT, "if text.isascii():\n        return ASCII_WORDS", "if text:\n        return ASCII_WORDS", SCRIPTS),
    Bug(TEXT, "letter if is_kept(letter)", "letter if letter.isalnum()", SCRIPTS),
    Bug(TEXT, 'unicodedata.normalize("NFC", plain', 'str("".join(plain)', SCRIPTS),
    Bug(TEXT, "        text = BETWEEN_WORDS.sub", "        BETWEEN_WORDS.sub", SCRIPTS),
    Bug(BANDS, "where(is_renamed(comparison), AT_MOST_REVIEW", "where(is_renamed(comparison), AT_MOST_LIKELY", FOUND),
    Bug(BANDS, "return (in_house | by_phone) & ~disagrees", "return name & ~disagrees", FOUND, "campus"),
    Bug(BANDS, '& comparison.compare("postal_code").equal\n', "\n", FOUND, "shops"),
    Bug(BANDS, 'comparison.compare("unit").differ | ', "", FOUND, "clinics"),
    Bug(BANDS, "comparison.same_house & (name | is_", "comparison.same_house & (True | is_", FOUND, "clinics"),
    Bug(BANDS, "        return own == other\n", "        pass\n", FOUND, "families"),
    Bug(EVIDENCE, "OTHER_NUMBER = -6.0", "OTHER_NUMBER = -60.0", FOUND, "conflict"),
    Bug(EVIDENCE, "OTHER_DIGITS = -8.0", "OTHER_DIGITS = 8.0", FOUND),
    Bug(CLUSTERS, "            said[place] = NEVER\n", "            said[place] = WORST\n", FOUND, "distinct"),
    Bug(CLUSTERS, "2 if told_apart else 3", "3", FOUND, "distinct"),
    Bug(CLUSTERS, "        group[part] = part[0]\n", "        group[part] = 0\n", FOUND, "chain"),
    Bug(CLUSTERS, "        if said.min() >= APART:", "        if True:", FOUND, "chain"),
    Bug(VOCABULARY, "TIMES_MORE_FREQUENT = 5", "TIMES_MORE_FREQUENT = 5000", CHANGING, "slip"),
    Bug(KNOWN, "& (known != own[asked])", "", CHANGING, "itself"),
    Bug(KNOWN, "            self.remove([record.id for record in records])\n", "", CHANGING, "changed"),
    Bug(KNOWN, "own_words(slice(row, row + 1)), -1", "own_words(slice(0, 0)), -1", CHANGING),
    Bug(KNOWN, "                self.facilities.drop_from(first)\n", "", CHANGING, "asking"),
    Bug(KNOWN, "        self.counts[kind][rows] = counted[places]\n", "", CHANGING, "no_longer_shares"),
    Bug(KNOWN, "return order[rank < limit]", "return order", CHANGING, "number"),
    Bug(FILE, "        if self.wrong:\n", "        if False:\n", FILES, "counted"),
    Bug(FILE, "    if record.id in seen:", "    if False:", FILES, "cannot_be_compared"),
    Bug(FILE, "            if len(line) > LONGEST_LINE:", "            if False:", FILES, "cannot_be_compared"),
    Bug(FILE, "found := UNKNOWN_BYTE.search(line)", "found := None", FILES, "cannot_be_compared"),
    Bug("eqms/whole_file.py", "        part.unlink(missing_ok=True)\n", "        part.exists()\n", FILES, "until"),
    Bug(FILE, "csv_lines(rows())", '(",".join(map(str, row)) + "\\n" for row in rows())', FILES, "neutral"),
    Bug(COMMAND, "if target.exists() and not target.is_file():", "if False:", FILES, "place_of"),
    Bug(COMMAND, "if error.filename == str(source)", "if False", FILES, "blamed"),
    Bug("eqms/voice.py", "(signal.SIGTERM, signal.SIGHUP)", "()", FILES, "asked_to_stop"),
    Bug(COMMAND, "add_help=False, ", "", FILES, "django_answers"),
    Bug("manage.py", "if name in WITHOUT_DJANGO and", "if not WITHOUT_DJANGO and", FILES, "without_django"),
    Bug(COMMAND, "if pair.confidence >= min_confidence", "if pair.bits >= min_confidence", FILES, "min_confidence"),
]  # fmt: skip
