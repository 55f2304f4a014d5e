"""The story of one contract, told with the client that openapi-python-client makes from the document."""

import os
from datetime import date
from http import HTTPStatus

from good_measure_client import AuthenticatedClient
from good_measure_client.api.commitments import post_commitment
from good_measure_client.api.contracts import get_contract_value, post_contract
from good_measure_client.api.organisations import list_organisations, post_organisation
from good_measure_client.api.returns import post_decision, post_submission, put_one_return
from good_measure_client.api.roll_ups import get_roll_up
from good_measure_client.models import (
    AttestationBody,
    CommitmentBody,
    ContractBody,
    ContractBodyReporting,
    DecisionBody,
    DecisionBodyDecision,
    EvidenceBody,
    LineBody,
    OrganisationBody,
    Problem,
    ReturnBody,
    ShareBody,
)

BASE = os.environ["BASE"]
PERIOD = "2026-27-Q1"


def client_of(key):
    return AuthenticatedClient(base_url=BASE, token=os.environ[key])


def good(answer):
    """What was answered, where it is no problem."""
    assert answer.status_code < 300, answer.content
    assert answer.parsed is not None and not isinstance(answer.parsed, Problem)
    return answer.parsed


def same(what, found, expected):
    assert found == expected, f"{what}: {found!r}, not {expected!r}"
    print(f"  {what}: {found}")


def tell(reporter, commissioner):
    anchor = good(post_organisation.sync_detailed(
        client=commissioner,
        body=OrganisationBody(name="Halton Borough Council", kind="council", anchor_institution=True, place="halton"),
    ))
    supplier = good(post_organisation.sync_detailed(
        client=commissioner, body=OrganisationBody(name="Wigg Island Works", kind="business")
    ))
    anchors = good(list_organisations.sync_detailed(client=commissioner, anchor_institution=True))
    same("anchor institutions", [one.name for one in anchors.items], ["Halton Borough Council"])

    contract = good(post_contract.sync_detailed(
        client=commissioner,
        body=ContractBody(
            reference="PY-1",
            title="Told in Python",
            anchor_institutions=[ShareBody(organisation=anchor.id, share="1")],
            supplier=supplier.id,
            value="100000.00",
            starts_on=date(2026, 4, 1),
            ends_on=date(2027, 3, 31),
            place="halton",
            proxy_edition="open-uk/2026",
            reporting=ContractBodyReporting.QUARTERLY,
        ),
    ))
    same("periods", contract.periods, [f"2026-27-Q{number}" for number in (1, 2, 3, 4)])
    good(post_commitment.sync_detailed(
        contract.id, client=commissioner, body=CommitmentBody(measure="car-miles-saved", target="40000", kpi=True)
    ))

    draft = good(put_one_return.sync_detailed(
        contract.id,
        PERIOD,
        client=reporter,
        body=ReturnBody(
            lines=[LineBody(
                measure="car-miles-saved",
                quantity="10000",
                evidence=[EvidenceBody(link="https://example.org/miles", quantity="9000")],
            )],
            attestation=AttestationBody(contract_and_period_only=True, relates_to_commitment=True),
        ),
    ))
    same("state", (draft.state, draft.may_submit), ("draft", True))
    same("state", good(post_submission.sync_detailed(contract.id, PERIOD, client=reporter)).state, "submitted")

    accept = DecisionBody(revision=1, decision=DecisionBodyDecision.ACCEPT)
    own = post_decision.sync_detailed(contract.id, PERIOD, client=reporter, body=accept)
    same("deciding one's own return", own.status_code, HTTPStatus.FORBIDDEN)
    assert isinstance(own.parsed, Problem)
    decided = good(post_decision.sync_detailed(contract.id, PERIOD, client=commissioner, body=accept))
    same("state", decided.state, "accepted")

    # 10,000 miles x 0.26915 kg = 2.6915 t, each £308.706177909724.
    social = good(get_contract_value.sync_detailed(contract.id, client=commissioner)).columns["social"]
    same("claimed", social.claimed.worth, "830.88")
    same("evidenced", social.evidenced.worth, "747.79")
    same("verified", social.verified.worth, "830.88")

    found = good(get_roll_up.sync_detailed(
        client=commissioner, by="anchor_institution,measure", stage="verified", anchor_institution=anchor.id
    ))
    row = found.rows[0]
    same("rolled up", (row.quantity, row.unit, row.worth), ("10000", "vehicle-mile", "830.88"))
    same("total", [total.worth for total in found.totals], ["830.88"])


with client_of("REPORTER") as reporter, client_of("COMMISSIONER") as commissioner:
    tell(reporter, commissioner)
print("The story holds, told in Python.")
