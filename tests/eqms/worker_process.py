"""A worker in a process of its own, with a kind of work that says its steps and can be held in the middle."""

import sys

import django


def main() -> None:
    django.setup()
    from eqms.jobs import job_kind
    from eqms.worker import work

    @job_kind("say steps")
    def say_steps(job):
        for done in (1, 2, 3):
            job.progress(done=done, message=f"step {done}")
            print(f"step {done} of attempt {job.attempts}", flush=True)
            if done == 2 and job.arguments["held"] and job.attempts == 1:
                sys.stdin.readline()

    work(interval_seconds=0.05)


if __name__ == "__main__":
    main()
