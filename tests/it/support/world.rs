//! A small partnership with something verified in it: two anchor institutions, one supplier, a contract both
//! hold (one third, two thirds) and a contract one holds alone.

use goodmeasure::domain::given::GivenText;
use goodmeasure::domain::report::Attestation;
use goodmeasure::operations::add_commitment::{CommitmentGiven, TargetGiven, add_commitment};
use goodmeasure::operations::add_contract::{ContractGiven, ShareGiven, add_contract};
use goodmeasure::operations::add_organisation::{OrganisationGiven, add_organisation};
use goodmeasure::operations::decide_return::{DecisionGiven, decide_return};
use goodmeasure::operations::put_return::{EvidenceGiven, LineGiven, ReturnGiven, put_return};
use goodmeasure::operations::seen::Seen;
use goodmeasure::operations::submit_return::submit_return;
use goodmeasure::operations::{Actor, Office};
use goodmeasure::storage::Tx;

/// Ids of what was made.
pub struct World {
    pub council: String,
    pub hospital: String,
    pub supplier: String,
    pub shared: String,
    pub alone: String,
}

fn actor(key: &str) -> Actor {
    Actor::administrator("default", key)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A line with a plain quantity.
fn plain(measure: &str, quantity: &str) -> LineGiven {
    let figures = GivenText {
        quantity: some(quantity),
        ..GivenText::default()
    };
    line(measure, figures)
}

fn line(measure: &str, figures: GivenText) -> LineGiven {
    LineGiven {
        measure: some(measure),
        figures,
        ..LineGiven::default()
    }
}

async fn organisation(office: &Office, name: &str, kind: &str, anchor: bool) -> String {
    let given = OrganisationGiven {
        name: some(name),
        kind: some(kind),
        anchor_institution: Some(anchor),
        ..OrganisationGiven::default()
    };
    let at = (office.clock)();
    let add = async |tx: &mut Tx| {
        add_organisation(tx, office.hand(&actor("first"), at), &given, Vec::new()).await
    };
    office.change(add).await.unwrap().id
}

async fn contract(
    office: &Office,
    reference: &str,
    shares: &[(&str, &str)],
    supplier: &str,
    place: Option<&str>,
) -> String {
    let shares = shares.iter().map(|(id, share)| ShareGiven {
        organisation: some(id),
        share: some(share),
    });
    let given = ContractGiven {
        reference: some(reference),
        title: Some(format!("Contract {reference}")),
        anchor_institutions: Some(shares.collect()),
        supplier: some(supplier),
        value: some("1500000.00"),
        starts_on: some("2026-04-01"),
        ends_on: some("2027-03-31"),
        place: place.and_then(some),
        proxy_edition: some("open-uk/2026"),
        reporting: some("quarterly"),
        ..ContractGiven::default()
    };
    let at = (office.clock)();
    let add = async |tx: &mut Tx| {
        add_contract(tx, office.hand(&actor("first"), at), &given, Vec::new()).await
    };
    office.change(add).await.unwrap().id
}

async fn commit(office: &Office, contract: &str, measure: &str, target: &str) {
    let whole = GivenText {
        quantity: some(target),
        ..GivenText::default()
    };
    let given = CommitmentGiven {
        measure: some(measure),
        target: TargetGiven {
            whole: Some(whole),
            by_period: None,
        },
        kpi: Some(true),
        ..CommitmentGiven::default()
    };
    let at = (office.clock)();
    let add = async |tx: &mut Tx| {
        let first = actor("first");
        add_commitment(tx, office.hand(&first, at), contract, &given, Vec::new()).await
    };
    office.change_contract(contract, add).await.unwrap();
}

/// Puts, submits and accepts.
async fn verified(office: &Office, contract: &str, period: &str, lines: Vec<LineGiven>) {
    let (first, second) = (actor("first"), actor("second"));
    let given = ReturnGiven {
        lines,
        attestation: Attestation {
            contract_and_period_only: true,
            relates_to_commitment: true,
        },
    };
    let at = (office.clock)();
    let seen = &Seen::Vouched;
    let put = async |tx: &mut Tx| {
        let place = (contract, period);
        put_return(tx, office.hand(&first, at), place, &given, seen, Vec::new()).await
    };
    office.change_contract(contract, put).await.unwrap();
    let at = (office.clock)();
    let submit = async |tx: &mut Tx| {
        submit_return(tx, office.hand(&first, at), contract, period, seen).await
    };
    office.change_contract(contract, submit).await.unwrap();
    let decision = DecisionGiven {
        revision: Some(1),
        decision: some("accept"),
        ..DecisionGiven::default()
    };
    let at = (office.clock)();
    let decide = async |tx: &mut Tx| {
        let none = Vec::new();
        decide_return(
            tx,
            office.hand(&second, at),
            contract,
            period,
            &decision,
            &Seen::Vouched,
            none,
        )
        .await
    };
    office.change_contract(contract, decide).await.unwrap();
}

/// Builds it.
pub async fn build(office: &Office) -> World {
    let council = organisation(office, "Halton Borough Council", "council", true).await;
    let hospital = organisation(office, "Ashtree Hospital Trust", "nhs_provider", true).await;
    let supplier = organisation(office, "Larkfield Works Ltd", "business", false).await;
    let both = [(council.as_str(), "1/3"), (hospital.as_str(), "2/3")];
    let shared = contract(office, "C-SHARED", &both, &supplier, None).await;
    let halton = Some("halton");
    let alone = contract(office, "C-ALONE", &[(&council, "1")], &supplier, halton).await;
    commit(office, &shared, "local-job-fte", "10").await;
    let evidence = EvidenceGiven {
        link: some("https://example.org/payroll"),
        ..EvidenceGiven::default()
    };
    let of_shared = vec![
        LineGiven {
            evidence: vec![evidence],
            ..plain("local-job-fte", "10")
        },
        LineGiven {
            place: some("liverpool"),
            ..plain("volunteering-hours", "100")
        },
        plain("spend-local", "1000.50"),
        line(
            "paid-within-30-days",
            GivenText {
                numerator: some("45"),
                denominator: some("50"),
                ..GivenText::default()
            },
        ),
        plain("staff-wellbeing-access", "30"),
    ];
    verified(office, &shared, "2026-27-Q1", of_shared).await;
    let of_alone = vec![
        plain("volunteering-hours", "7.5"),
        plain("car-miles-saved", "10000"),
    ];
    verified(office, &alone, "2026-27-Q1", of_alone).await;
    World {
        council,
        hospital,
        supplier,
        shared,
        alone,
    }
}
