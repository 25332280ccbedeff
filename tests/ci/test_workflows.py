"""The workflows hold what their comments promise, and the linters that say so do find faults."""

import re
import tomllib
from datetime import date, timedelta

import pytest

SCHEDULED = "submit-before-deadline.yml"
BANGKOK_AHEAD_OF_UTC = 7
DAYS_GITHUB_WAITS_FOR_AN_APPROVAL = 30


def jobs_of(workflows):
    return [(name, job_id, job) for name, flow in workflows.items() for job_id, job in flow["jobs"].items()]


def steps_of(workflows):
    return [(name, step) for name, _, job in jobs_of(workflows) for step in job["steps"]]


@pytest.fixture
def lint(run, root):
    commands = {
        "actionlint": ["actionlint", "-no-color"],
        "zizmor": ["zizmor", "--offline", "--no-progress", "--pedantic", "--color=never"],
    }
    return lambda tool, *files: run(*commands[tool], *files)


def test_both_workflows_are_there(workflows):
    assert set(workflows) == {"ci.yml", SCHEDULED}


@pytest.mark.parametrize("tool", ["actionlint", "zizmor"])
def test_the_linters_find_nothing(tool, lint, root):
    result = lint(tool, *sorted((root / ".github" / "workflows").glob("*.yml")))

    assert result.returncode == 0, result.stdout
    assert "warning[" not in result.stdout


@pytest.mark.parametrize(
    ("tool", "sound", "faulty", "found"),
    [
        ("actionlint", "runs-on: ubuntu-latest", "runs-on: ubuntu-latst", "is unknown"),
        ("actionlint", "${{ inputs.round ||", "${{ inputs.rund ||", "rund"),
        ("actionlint", "needs.rehearse.outputs.pending", "needs.rehearse.outputs.peding", "peding"),
        ("actionlint", '[ -n "$SOURCE" ]', "[ -n $SOURCE ]", "SC2070"),
        ("actionlint", '"17 2 21,24,26,28 7 *"', '"17 2 21,24,26,32 7 *"', "CRON"),
        ("zizmor", '--round "$ROUND" -o', "--round ${{ inputs.round }} -o", "template-injection"),
        ("zizmor", "@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7", "unpinned-uses"),
        ("zizmor", "persist-credentials: false", "fetch-depth: 1", "artipacked"),
        ("zizmor", "permissions: {}", "permissions: write-all", "excessive-permissions"),
    ],
)
def test_the_linters_find_a_seeded_fault(tool, sound, faulty, found, lint, root, tmp_path):
    text = (root / ".github" / "workflows" / SCHEDULED).read_text("utf-8")
    assert sound in text
    copy = tmp_path / ".github" / "workflows" / SCHEDULED
    copy.parent.mkdir(parents=True)
    copy.write_text(text.replace(sound, faulty, 1), "utf-8")

    result = lint(tool, copy)

    assert result.returncode != 0
    assert found in result.stdout


def test_every_action_is_pinned_by_commit_with_its_version_beside_it(root):
    for path in (root / ".github" / "workflows").glob("*.yml"):
        lines = [line for line in path.read_text("utf-8").splitlines() if re.search(r"^\s*(- )?uses:", line)]

        assert lines
        for line in lines:
            assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), f"{path.name}: {line}"


def test_one_action_has_one_version(workflows):
    pins = {step["uses"] for _, step in steps_of(workflows) if "uses" in step}

    assert len({pin.partition("@")[0] for pin in pins}) == len(pins)


def test_jobs_may_read_the_code_and_nothing_else(workflows):
    assert all(flow["permissions"] == {} for flow in workflows.values())
    for name, job_id, job in jobs_of(workflows):
        assert job["permissions"] == {"contents": "read"}, f"{name}: {job_id}"


def test_no_checkout_leaves_a_token_behind(workflows):
    checkouts = [
        step for _, step in steps_of(workflows) if step.get("uses", "").startswith("actions/checkout@")
    ]

    assert len(checkouts) == len(jobs_of(workflows))
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_scripts_get_what_a_person_typed_only_through_their_environment(workflows):
    for name, step in steps_of(workflows):
        assert "${{" not in step.get("run", ""), f"{name}: {step.get('name')}"


def test_secrets_reach_only_the_steps_that_log_in(workflows):
    for name, flow in workflows.items():
        assert "secrets." not in str(flow.get("env")), name
        for job in flow["jobs"].values():
            assert "secrets." not in str({key: value for key, value in job.items() if key != "steps"}), name
            with_secrets = [step for step in job["steps"] if "secrets." in str(step)]
            assert all(re.search(r" (plan|submit) ", step["run"]) for step in with_secrets), name
            assert len(with_secrets) == (1 if name == SCHEDULED else 0), name


def test_every_job_ends_by_itself(workflows):
    assert all(job["timeout-minutes"] <= 60 for _, _, job in jobs_of(workflows))


class TestSubmitBeforeDeadline:
    @pytest.fixture
    def flow(self, workflows):
        return workflows[SCHEDULED]

    @pytest.fixture
    def crons(self, flow):
        return [entry["cron"].split() for entry in flow["on"]["schedule"]]

    @pytest.fixture
    def rounds(self, root):
        return tomllib.loads((root / "esar_bot/data/fiscal_year_2570.toml").read_text("utf-8"))["rounds"]

    def test_it_starts_at_an_odd_minute(self, crons):
        for minute, *_ in crons:
            assert int(minute) % 2 == 1
            assert minute not in {"0", "30"}

    def test_it_runs_days_before_each_round_is_due(self, crons, rounds):
        assert len(crons) == len(rounds) == 4
        by_month = {int(month): (int(hour), days) for _, hour, days, month, _ in crons}
        for each in rounds:
            hour, days = by_month[each["due"].month]
            in_bangkok = [
                date(each["due"].year, each["due"].month, int(day))
                + timedelta(hour + BANGKOK_AHEAD_OF_UTC >= 24)
                for day in days.split(",")
            ]

            assert [(each["due"] - day).days for day in in_bangkok] == [10, 7, 5, 3], each["key"]
            assert min(in_bangkok) >= each["opens"]

    def test_it_can_be_started_by_hand_for_each_round(self, flow, rounds):
        asked = flow["on"]["workflow_dispatch"]["inputs"]["round"]

        assert asked["options"] == ["auto", *(each["key"] for each in rounds)]
        assert asked["default"] == "auto"

    def test_a_person_approves_between_rehearsal_and_submission(self, flow):
        assert list(flow["jobs"]) == ["rehearse", "submit"]
        assert flow["jobs"]["submit"]["needs"] == "rehearse"
        assert flow["jobs"]["submit"]["environment"] == "e-sar"
        assert flow["jobs"]["rehearse"]["environment"] != "e-sar"

    def test_nobody_is_asked_where_nothing_is_pending(self, flow):
        assert flow["jobs"]["rehearse"]["outputs"]["pending"] == "${{ steps.plan.outputs.pending }}"
        assert flow["jobs"]["submit"]["if"] == "needs.rehearse.outputs.pending == 'yes'"

    def test_the_rehearsal_has_no_command_that_writes(self, flow):
        scripts = [step["run"] for step in flow["jobs"]["rehearse"]["steps"] if "run" in step]

        commands = [
            found[1]
            for script in scripts
            for found in re.finditer(r"esar-bot (?:-C \S+ )?(\w[\w-]*)", script)
            if "pip" not in script
        ]
        assert commands == ["setup", "check", "plan"]

    def test_only_the_approved_plan_is_submitted(self, flow):
        fetch, submission = [
            step for step in flow["jobs"]["submit"]["steps"] if re.search("download|--yes", str(step))
        ]
        (keep,) = [step for step in flow["jobs"]["rehearse"]["steps"] if "plan.json" in str(step.get("with"))]

        assert submission["run"] == 'esar-bot -C "$WORKSPACE" submit --plan "$RUNNER_TEMP/plan.json" --yes'
        assert fetch["with"]["path"] + "/plan.json" == keep["with"]["path"] == "${{ runner.temp }}/plan.json"
        assert keep["with"]["name"] == "plan-${{ github.run_attempt }}"
        assert flow["jobs"]["rehearse"]["outputs"]["attempt"] == "${{ github.run_attempt }}"
        assert fetch["with"]["name"] == "plan-${{ needs.rehearse.outputs.attempt }}"

    def test_the_plan_is_kept_as_long_as_an_approval_may_take(self, flow):
        (keep,) = [step for step in flow["jobs"]["rehearse"]["steps"] if "plan.json" in str(step.get("with"))]

        assert keep["with"]["retention-days"] >= DAYS_GITHUB_WAITS_FOR_AN_APPROVAL
        assert keep["with"]["if-no-files-found"] == "error"

    def test_both_jobs_work_on_the_very_same_commit(self, flow):
        for job in flow["jobs"].values():
            (checkout,) = [step for step in job["steps"] if "actions/checkout@" in step.get("uses", "")]
            assert checkout["with"]["ref"] == "${{ github.sha }}"

    def test_two_submissions_never_overlap_and_none_is_interrupted(self, flow):
        assert flow["jobs"]["submit"]["concurrency"] == {"group": "e-sar", "cancel-in-progress": False}

    @pytest.mark.parametrize(("job", "folder"), [("rehearse", "previews"), ("submit", "receipts")])
    def test_what_was_shown_and_what_was_received_is_kept_also_after_a_failure(self, flow, job, folder):
        last = flow["jobs"][job]["steps"][-1]

        assert last["uses"].startswith("actions/upload-artifact@")
        assert last["if"] == "always()"
        assert last["with"]["path"] == f"${{{{ env.WORKSPACE }}}}/{folder}/"

    def test_both_jobs_install_the_same(self, flow):
        rehearsal, submission = (
            [
                step
                for step in job["steps"]
                if step.get("name", "").startswith("Install") or "setup-uv" in str(step)
            ]
            for job in flow["jobs"].values()
        )

        assert len(rehearsal) == 3
        assert rehearsal == submission


def test_ci_runs_on_three_systems_and_the_oldest_and_a_newer_python(workflows):
    matrix = workflows["ci.yml"]["jobs"]["test"]["strategy"]["matrix"]

    assert matrix["os"] == ["ubuntu-latest", "windows-latest", "macos-latest"]
    assert matrix["python"] == ["3.11", "3.13"]
