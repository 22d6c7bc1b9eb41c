"""Bugs of the house: pages, probes, jobs, storage, release."""

from .bug import Bug

EQMS = "tests/eqms"
PROMISES = "tests/promises"
PAGES = f"{EQMS}/test_pages.py"
JSON = f"{EQMS}/test_json.py"
SILENCE = f"{PROMISES}/test_p24_commands.py"
STORED = f"{EQMS}/test_storage.py"
PEOPLE = f"{EQMS}/test_people_admin.py"
JOBS = f"{EQMS}/test_jobs_faces.py"
PICTURED = f"{EQMS}/test_pictures.py"
PROBES = f"{EQMS}/test_health.py"
RELEASES = f"{EQMS}/test_release.py"
OPENED = f"{EQMS}/test_sqlite.py"
VISITS = f"{EQMS}/test_deployment.py"
RUNNING = f"{PROMISES}/test_running.py"
SCHEMAS = f"{PROMISES}/test_schema.py"
FILES = "tests/test_deploy_files.py"
JSON_VIEWS = "eqms/json_views.py"
SPEECH = "eqms/commands.py"
VOICE, WHOLE = "tests/eqms/test_voice.py", "tests/eqms/test_whole_file.py"
PICTURES = "eqms/pictures.py"
SIZES = "eqms/storage/sizes.py"
TROUBLE = "eqms/storage/trouble.py"
HEALTH = "eqms/health.py"
GATE = "eqms/gate.py"
SCHEMA = "eqms/schema.py"
DRIFT = "eqms/drift.py"
RELEASE = "eqms/release.py"
ROLES = "eqms/roles.py"
DEPLOYMENT = "eqms/deployment.py"
CSV = "eqms/csv_rows.py"
CSV_TESTS = "tests/eqms/test_csv_rows.py"
DAYS = "eqms/dates.py"
DRAWN = f"{EQMS}/test_charts.py"
CHARTS = "eqms/charts.py"
CHECKED = f"{EQMS}/test_data_check.py"
DATA_RULES = f"{EQMS}/test_data_rules.py"

BUGS = [
    Bug("eqms/data_rules.py", "len(found) <= shown else", "True else", DATA_RULES, "counted_by"),
    Bug("eqms/data_rules.py", "if user.has_perm(rule.permission)", "if user", CHECKED, "without_rows"),
    Bug("eqms/data_check.py", "if len(results) == len(registry):", "if True:", CHECKED, "in_part or long"),
    Bug(
        CHARTS,
        'corners += [f"{x},{scale.y(before)}", f"{x},{scale.y(value)}"]',
        'corners += [f"{x},{scale.y(value)}"]',
        DRAWN,
        "slopes",
    ),
    Bug(
        CHARTS,
        "share = (day - self.days[0]) / (self.last - self.days[0])",
        "share = self.days.index(day) / len(self.days)",
        DRAWN,
        "far_apart",
    ),
    Bug(CHARTS, "length % n == 0 or length > 4 * DATES", "True", DRAWN, "distance"),
    Bug("eqms/csv_cells.py", '        return f"\'{value}"\n', "        return value\n", PAGES, "download"),
    Bug(JSON_VIEWS, "if not request.user.is_authenticated:", "if False:", JSON, "sign_in"),
    Bug(JSON_VIEWS, "    except (ValueError, ", "    except (KeyError, ", JSON, "400"),
    Bug(JSON_VIEWS, 'if request.content_type == "application/json":', "if False:", JSON, "csrf"),
    Bug(
        "eqms/voice.py",
        "        if self.as_json or self.output_is_gone:\n",
        "        if self.as_json:\n",
        SILENCE,
        "pipe and runs",
    ),
    Bug("tests/promises/table.py", "|\\.) import", ") import", "tests/promises/test_table.py"),
    Bug("eqms/voice.py", "text.ljust(self.drawn)", "text", VOICE, "covered"),
    Bug("eqms/voice.py", "forget(self.out)", "forget(sys.stdout)", VOICE, "forgotten"),
    Bug("eqms/voice.py", "if signal.getsignal(number) is signal.SIG_DFL]", "]", VOICE, "outlives"),
    Bug("eqms/whole_file.py", "shutil.copymode(target, part)", "pass", WHOLE, "link"),
    Bug("eqms/whole_file.py", "path.resolve()", "path", WHOLE, "link"),
    Bug("eqms/whole_file.py", "    part.unlink(missing_ok=True)  #", "    #", WHOLE, "killed"),
    Bug("eqms/whole_file.py", "[:KEPT_OF_NAME]", "", WHOLE, "long"),
    Bug("manage.py", "if stream is None:", "if False:", "tests/customers/test_find_duplicates.py", "closed_and_full"),
    Bug(SPEECH, "except KeyboardInterrupt as error:", "except KeyError as error:", SILENCE, "interrupted"),
    Bug(
        SPEECH,
        "except (OperationalError, InterfaceError, ProgrammingError) as",
        "except KeyError as",
        SILENCE,
        "without_a and runs",
    ),
    Bug(SIZES, "    refuse_large(filename, len(data))  #", "    #", STORED, "name_size_and_limit"),
    Bug(SIZES, "        refuse_large(filename, len(file))\n", "", STORED, "name_size_and_limit"),
    Bug(TROUBLE, '"folder" if writing and words == "missing" else words', "words", STORED, "spool_folder"),
    Bug("eqms/storage/places.py", 'spool folder {shown}", setting="SPOOL_DIR"', 'folder"', STORED, "spool_folder"),
    # what people did not mean
    Bug("eqms/admin/people.py", "    actions = None\n", "    ordering = ()\n", PEOPLE, "selection"),
    Bug("eqms/management/commands/job.py", "def what_was_written(", "def unused(", JOBS, "interrupted_command"),
    # pictures of pages
    Bug(PICTURES, "if not free.acquire(blocking=False):", "if False:", PICTURED, "beyond_two"),
    Bug(PICTURES, "    finally:\n        free.release()\n", "", PICTURED, "gives_its_place_back"),
    Bug(PICTURES, "        return str(problem)\n", "        raise\n", PICTURED, "gives_its_place_back"),
    Bug(PICTURES, 'key = f"{document.sha256}-{page}-{scale}"', "key = document.sha256", PICTURED, "another_page"),
    Bug(PICTURES, '        caches["pictures"].set(', "        str(", PICTURED, "second_view"),
    Bug(PICTURES, "    if len(found) > LARGEST_KEPT:\n        return\n", "", PICTURED, "noise"),
    Bug("eqms/pdf/picture.py", ", file_seconds=DRAW_SECONDS", "", PICTURED, "too_long"),
    # setting up, probing and releasing
    Bug(HEALTH, "LOOK_EVERY_SECONDS = 1.0", "LOOK_EVERY_SECONDS = 0.05", PROBES, "asks_once"),
    Bug(HEALTH, "if timezone.now() - result.at > silence:", "if False:", PROBES),
    Bug(HEALTH, "status=200 if findings.is_ready else 503", "status=200", PROBES),
    Bug(HEALTH, 'self._findings = Findings(database="the last look at the database failed")', "pass", PROBES),
    Bug(HEALTH, "ANSWER_WITHIN_SECONDS = 1.5", "ANSWER_WITHIN_SECONDS = 9.0", PROBES),
    Bug(GATE, "if probe := PROBES.get(request.path):", "if False:", PROBES),
    Bug(GATE, "        if findings.is_ready:\n", "        if True:\n", PROBES),
    Bug(SCHEMA, "key not in applied and", "False and", PROBES),
    Bug("eqms/csp.py", 'response.headers.setdefault("Content-Security-Policy", policy)', "pass", PROBES),
    Bug("eqms/gunicorn.conf.py", "except ImproperlyConfigured as error:", "except KeyError as error:", RUNNING),
    Bug("eqms/settings.py", "SECURE_HSTS_SECONDS = 31_536_000", "SECURE_HSTS_SECONDS = 0", RUNNING),
    Bug(RELEASE, "validate_password(password, User(username=email, email=email))", "pass", RELEASES),
    Bug(RELEASE, "    if User.objects.filter(is_superuser=True, is_active=True).exists():", "    if False:", RELEASES),
    Bug(RELEASE, 'getattr(error.__cause__, "sqlstate", None) == lock_not_available or', "False and", SCHEMAS),
    Bug(RELEASE, "    for name in names:\n        importlib.import_module(name)\n", "", RELEASES),
    Bug(ROLES, "    group.permissions.set(permissions)\n", "    group.permissions.add(*permissions)\n", RELEASES),
    Bug(ROLES, '"viewer": [(EVERYDAY, VIEW)],', '"viewer": [(EVERYDAY, WRITE)],', RELEASES),
    Bug(DRIFT, "notnull={column[3]} ", "", SCHEMAS),
    Bug(DRIFT, 'lines |= {f"constraint {table}: {text}" for text in constraints(sql)}', "pass", SCHEMAS),
    Bug(DRIFT, " {key[5]} {key[6]}", "", SCHEMAS),
    Bug("eqms/sqlite.py", "time.monotonic() > gives_up", "True", OPENED),
    Bug("eqms/sqlite.py", "        connection.close()  #", "        pass  #", OPENED),
    Bug("eqms/sqlite.py", "except BaseException:", "except sqlite3.OperationalError:", OPENED, "interrupted"),
    Bug("eqms/text_key.py", "if len(text) <= LONGEST_REMEMBERED", "if True", f"{EQMS}/test_text_key.py", "remembered"),
    Bug(DEPLOYMENT, "served == release,", "True,", VISITS),
    Bug(DEPLOYMENT, 'if page.status == 200 and page.path == "/admin/login/":', "if False:", VISITS),
    Bug(".env.example", "#CURRENCY=USD\n", "", FILES),
    Bug(".do/app.yaml", "initial_delay_seconds: 15", "initial_delay_seconds: 5", FILES),
    # intakes by form and file
    Bug(CSV, 'data.decode("utf-8-sig", "surrogateescape")', 'data.decode("utf-8", "surrogateescape")', CSV_TESTS),
    Bug(CSV, 'data.decode("utf-8-sig", "surrogateescape")', 'data.decode("utf-8-sig", "replace")', CSV_TESTS),
    Bug(CSV, "if high.count(0) * 2 > len(high):", "if False:", CSV_TESTS),
    Bug(CSV, "strict=True, skipinitialspace=True)\n        for", "skipinitialspace=True)\n        for", CSV_TESTS),
    Bug(CSV, "return max(DELIMITERS, key=headings), text", 'return ",", text', CSV_TESTS),
    Bug(CSV, "if any(cell.strip() for cell in cells):", "if cells:", CSV_TESTS),
    Bug(CSV, "        if len(named) > 1:\n", "        if False:\n", CSV_TESTS),
    Bug(CSV, "raise TornFile(Problem(number + 1,", "raise TornFile(Problem(number,", CSV_TESTS),
    Bug(CSV, "if GROUPED_OTHERWISE.fullmatch(text):", "if False:", CSV_TESTS),
    Bug(CSV, '"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+"', '"[0-9]{1,3}(?:,[0-9]{1,3})+|[0-9]+"', CSV_TESTS),
    Bug(CSV, "value_of(place, original(cell.strip()).strip())", "value_of(place, cell.strip())", CSV_TESTS),
    Bug(CSV, "(table if isinstance(bad, ContradictoryCell) else row)", "row", CSV_TESTS),
    Bug(CSV, "if len(cells) < len(places) or any(", "if any(", CSV_TESTS),
    Bug(CSV, "    if len(cells) > MOST_COLUMNS:\n", "    if False:\n", CSV_TESTS),
    Bug(CSV, "if VAGUE.match(text):", "if False:", CSV_TESTS),
    Bug(DAYS, "day_first = day_first or found[2]", "day_first = found[2]", CSV_TESTS),
]
