"""What schemathesis cannot know of the API, in code."""

import atexit
import json
from collections import Counter, defaultdict
from pathlib import Path

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

# A request that fits the document may still say what is not so, and is refused with every fault. Of a query that is
# something that is not there (a place, a theme of that taxonomy), a cursor that no list gave, or days that end before
# they begin, or a day that its month has not, or two things that are asked one at a time; of a body anything but a fault of form, which the document has to tell.
OF_FORM = {
    "bad_activity",
    "bad_flag",
    "bad_link",
    "bad_sha256",
    "malformed_body",
    "number_not_text",
    "too_many",
    "unknown_field",
    "unknown_parameter",
    "unknown_word",
    "wrong_type",
}

# What depends on what others did before: no document can tell which version is the newest, or which name is used.
OF_STATE = {"idempotency_key_reused", "if_match_needed", "stale"}

# What a query asks that does not go together, or that no data here can answer.
OF_QUERY = {
    "bad_cursor",
    "days_disordered",
    "duplicate_word",
    "field_missing",
    "methods_differ",
    "moments_disordered",
    "no_deflator",
    "no_index",
    "not_a_period",
    "not_a_time",
    "not_a_year",
    "not_in_roll_up",
    "not_together",
    "period_outside_contract",
    "prices_missing",
    "several_cells",
}

# Two anchor institutions and a supplier, as `organisations.dict` begins.
IDS_OF_EXAMPLES = [f"01890a5d-ac96-774b-bcce-b302099a{number}" for number in (8057, 8058, 8059)]


def is_of_things(code):
    """Whether a fault of a query is of what is there, and not of how the query is written."""
    return code in OF_QUERY or (code.startswith("unknown_") and code not in OF_FORM)


def told(response):
    """What became of each item of a bulk call."""
    if "ndjson" in response.headers["content-type"][0]:
        return [json.loads(line) for line in response.text.splitlines()]
    return response.json()["items"]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Keeps a failure, unless it is a right refusal of what fits the document and is not so."""
    if isinstance(failure, AcceptedNegativeData) and case.path.endswith("/bulk"):
        return not any("problem" in item for item in told(response))
    if not isinstance(failure, RejectedPositiveData):
        return True
    problem = response.json()
    codes = {fault["code"] for fault in problem.get("errors", [])}
    codes -= {"not_recorded_yet", "not_settled_yet"}  # what was known at a moment that is not over, or before anything
    if problem["code"] in OF_STATE:
        return False
    if problem["code"] == "bad_header":  # If-Match and If-None-Match say two things, each of which may be said
        return not {"If-Match", "If-None-Match"} <= set(case.headers or {})
    if problem["code"] == "bad_query":
        return not all(is_of_things(code) for code in codes)
    if problem["code"] == "bulk_refused":  # what each item alone would be refused with
        refused = [item["problem"] for item in problem["items"] if "problem" in item]
        codes = {fault["code"] for one in refused for fault in [one, *one.get("errors", [])]}
        return bool(codes & OF_FORM)
    if problem["code"] == "invalid" and case.path == "/v1/series":  # rows of a file, and what the query says beside them
        return False
    if problem["code"] == "invalid":
        return bool(codes & OF_FORM)
    return True


@schemathesis.hook
def before_call(context, case, kwargs):
    """Lets the ids of the document's examples stand for organisations that are here."""
    text = json.dumps(case.body) if isinstance(case.body, dict) else ""
    if IDS_OF_EXAMPLES[0] in text:
        for named, here in zip(IDS_OF_EXAMPLES, Path("organisations.dict").read_text().split()):
            text = text.replace(named, json.loads(here))
        case.body = json.loads(text)


answers = defaultdict(Counter)


@schemathesis.hook
def after_call(context, case, response):
    """Counts what each operation answered."""
    answers[case.operation.label][response.status_code] += 1


@atexit.register
def write_answers():
    """Leaves the counts for `fuzz`."""
    Path("answers.json").write_text(json.dumps(answers, indent=1, sort_keys=True))
