"""Bugs of the words on the command line, on pages and of the demo."""

from .bug import Bug

COMMAND, DEMO = "eqms/operations/command.py", "eqms/management/commands/demo.py"
COMMANDS, PLANS = "tests/eqms/test_commands.py", "tests/eqms/test_plan.py"
MATCHED = "tests/distribution/test_match_distributions.py"

BUGS = [
    Bug(COMMAND, "return name.upper() if name in self.positional else f", "return name or f", COMMANDS, ""),
    Bug(DEMO, "            if self.left:\n", "            if self.out:\n", "tests/eqms/test_demo.py", "sample_papers"),
    Bug("templates/admin/operations/plan.html", "{{ skip.title|capfirst }}", "{{ skip.key }}", MATCHED, "people_know"),
    Bug("eqms/operations/plan.py", "if name and len(str(key)) == LENGTH_OF_UUID:", "if False:", PLANS, "by_its_name"),
]
