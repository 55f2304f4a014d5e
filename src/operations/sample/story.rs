//! The story that README and `tests/story` tell too: one contract, from a public record to its value.

use crate::operations::seen::Seen;
use crate::storage::Tx;
use std::collections::BTreeMap;

use super::{Writers, morning};
use crate::domain::given::GivenText;
use crate::domain::moment::Moment;
use crate::domain::period::parse_day;
use crate::domain::report::Attestation;
use crate::operations::add_commitment::{CommitmentGiven, TargetGiven, add_commitment};
use crate::operations::decide_return::{DecisionGiven, decide_return};
use crate::operations::import_contract::{ImportGiven, Party, import_contract};
use crate::operations::node::Node;
use crate::operations::put_return::{EvidenceGiven, LineGiven, ReturnGiven, put_return};
use crate::operations::submit_return::submit_return;
use crate::operations::{Office, Refusal};

/// The record of the sample's contract, in the shape of a contract details notice.
const RECORD: &[u8] = include_bytes!("peatland.json");

/// Period, posts, hours, miles, and staff of twelve on the real living wage.
const QUARTERS: [(&str, &str, &str, &str, &str); 4] = [
    ("2026-27-Q3", "5", "36", "2150", "12"),
    ("2026-27-Q4", "5.5", "28.5", "2400", "12"),
    ("2027-28-Q1", "4", "31", "1800.25", "11"),
    ("2027-28-Q2", "4", "12", "0", "12"),
];

/// Commitments of the story.
pub(super) const COMMITMENTS: usize = 6;
/// Returns of the story.
pub(super) const RETURNS: usize = QUARTERS.len();

/// Who and what the story is about.
#[derive(Debug, Clone)]
pub struct Story {
    /// Id of the contract.
    pub contract: String,
    /// The anchor institution that holds it.
    pub anchor: Party,
    /// Who delivers it.
    pub supplier: Party,
}

/// Imports the contract, makes its six commitments, and reports and accepts its four quarters.
pub(super) async fn tell(office: &Office, writers: &Writers) -> Result<Story, Refusal> {
    let at = day("2026-09-28");
    let document = Node::read(RECORD, 16).ok();
    let given = ImportGiven {
        document,
        anchor: Some(true),
        ..ImportGiven::default()
    };
    let reporter = &writers.reporter;
    let import = async |tx: &mut Tx| {
        import_contract(tx, office.hand(reporter, at), &given, Vec::new()).await
    };
    let imported = office.change(import).await?;
    let contract = imported.contract.id;
    for commitment in commitments() {
        let add = async |tx: &mut Tx| {
            add_commitment(
                tx,
                office.hand(reporter, at),
                &contract,
                &commitment,
                Vec::new(),
            )
            .await
        };
        office.change_contract(&contract, add).await?;
    }
    for quarter in QUARTERS {
        let at = day("2026-11-16");
        report(
            office,
            writers,
            at,
            (&contract, quarter.0),
            &reported(quarter),
        )
        .await?;
    }
    Ok(Story {
        contract,
        anchor: imported.buyer,
        supplier: imported.supplier,
    })
}

fn day(text: &str) -> Moment {
    morning(parse_day(text).unwrap_or_default())
}

fn quantity(text: &str) -> GivenText {
    GivenText {
        quantity: Some(text.to_owned()),
        ..GivenText::default()
    }
}

fn components(list: &[(&str, &str)]) -> GivenText {
    let named = list
        .iter()
        .map(|(code, text)| ((*code).to_owned(), (*text).to_owned()));
    GivenText {
        components: Some(named.collect::<BTreeMap<_, _>>()),
        ..GivenText::default()
    }
}

fn commitments() -> [CommitmentGiven; COMMITMENTS] {
    let one = |measure: &str, whole: GivenText, kpi: bool| CommitmentGiven {
        measure: Some(measure.to_owned()),
        target: TargetGiven {
            whole: Some(whole),
            by_period: None,
        },
        kpi: Some(kpi),
        ..CommitmentGiven::default()
    };
    [
        one("local-job-fte", quantity("2.5"), true),
        one("apprenticeship-start", quantity("1"), false),
        one("volunteering-hours", quantity("120"), true),
        one("car-miles-saved", quantity("8000"), false),
        one(
            "community-project",
            components(&[("cash", "2000"), ("expert-hours", "24")]),
            false,
        ),
        one("real-living-wage", quantity("100"), false),
    ]
}

/// Period, posts, hours, miles, and staff on the wage, of one return.
type Quarter<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn reported((period, posts, hours, miles, staff): Quarter<'_>) -> ReturnGiven {
    let link = |what: &str, quantity: Option<&str>| {
        vec![EvidenceGiven {
            link: Some(format!("https://sample.example/{what}/{period}")),
            sha256: None,
            quantity: quantity.map(str::to_owned),
        }]
    };
    let line =
        |name: &str, measure: &str, figures: GivenText, evidence: Vec<EvidenceGiven>| LineGiven {
            line: Some(name.to_owned()),
            measure: Some(measure.to_owned()),
            figures,
            evidence,
            ..LineGiven::default()
        };
    let wage = GivenText {
        numerator: Some(staff.to_owned()),
        denominator: Some("12".to_owned()),
        ..GivenText::default()
    };
    let project = components(&[("cash", "500"), ("expert-hours", "6.5")]);
    ReturnGiven {
        lines: vec![
            line(
                "jobs",
                "local-job-fte",
                quantity(posts),
                link("payroll", None),
            ),
            line(
                "hours",
                "volunteering-hours",
                quantity(hours),
                link("hours", Some("20")),
            ),
            line("miles", "car-miles-saved", quantity(miles), Vec::new()),
            line("project", "community-project", project, Vec::new()),
            line("wage", "real-living-wage", wage, Vec::new()),
        ],
        attestation: Attestation {
            contract_and_period_only: true,
            relates_to_commitment: true,
        },
    }
}

/// Reports a period of a contract, and accepts it.
pub(super) async fn report(
    office: &Office,
    writers: &Writers,
    at: Moment,
    (contract, period): (&str, &str),
    given: &ReturnGiven,
) -> Result<(), Refusal> {
    let (reporter, commissioner) = (&writers.reporter, &writers.commissioner);
    let seen = &Seen::Vouched;
    let put = async |tx: &mut Tx| {
        let place = (contract, period);
        put_return(
            tx,
            office.hand(reporter, at),
            place,
            given,
            seen,
            Vec::new(),
        )
        .await?;
        submit_return(tx, office.hand(reporter, at), contract, period, seen).await
    };
    office.change_contract(contract, put).await?;
    let decide = async |tx: &mut Tx| {
        let (decision, none) = (accept(), Vec::new());
        decide_return(
            tx,
            office.hand(commissioner, at),
            contract,
            period,
            &decision,
            &Seen::Vouched,
            none,
        )
        .await
    };
    office.change_contract(contract, decide).await?;
    Ok(())
}

fn accept() -> DecisionGiven {
    DecisionGiven {
        revision: Some(1),
        decision: Some("accept".to_owned()),
        ..DecisionGiven::default()
    }
}
