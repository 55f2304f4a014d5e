//! What an anchor institution of the sample does itself: a volunteering day of its staff, with no supplier and no price.

use super::bodies::Body;
use super::{Writers, morning, story};
use crate::domain::given::GivenText;
use crate::domain::period::parse_day;
use crate::domain::report::Attestation;
use crate::operations::add_contract::{ContractGiven, ShareGiven, add_contract};
use crate::operations::put_return::{LineGiven, ReturnGiven};
use crate::operations::{Office, Refusal};
use crate::storage::Tx;

/// Returns of it.
pub(super) const RETURNS: usize = 1;

/// Adds it with its one accepted return; its id.
pub(super) async fn add(
    office: &Office,
    writers: &Writers,
    anchor: &Body,
) -> Result<String, Refusal> {
    let at = morning(parse_day("2026-03-16").unwrap_or_default());
    let some = |text: &str| Some(text.to_owned());
    let holder = ShareGiven {
        organisation: some(&anchor.id),
        share: some("1"),
    };
    let given = ContractGiven {
        kind: some("corporate_activity"),
        reference: some("SAMPLE-VOLUNTEERING"),
        title: Some(format!("Volunteering days of {}", anchor.name)),
        anchor_institutions: Some(vec![holder]),
        starts_on: some("2026-04-01"),
        ends_on: some("2027-03-31"),
        place: some(&anchor.place),
        proxy_edition: some("open-uk/2026"),
        reporting: some("quarterly"),
        ..ContractGiven::default()
    };
    let reporter = &writers.reporter;
    let add =
        async |tx: &mut Tx| add_contract(tx, office.hand(reporter, at), &given, Vec::new()).await;
    let id = office.change(add).await?.id;
    let at = morning(parse_day("2026-07-06").unwrap_or_default());
    story::report(office, writers, at, (&id, "2026-27-Q1"), &reported()).await?;
    Ok(id)
}

/// Sixty of its staff for a day.
fn reported() -> ReturnGiven {
    let hours = LineGiven {
        line: Some("day".to_owned()),
        measure: Some("volunteering-hours".to_owned()),
        figures: GivenText {
            quantity: Some("420".to_owned()),
            ..GivenText::default()
        },
        activity: Some("sample: volunteering day of June 2026".to_owned()),
        ..LineGiven::default()
    };
    ReturnGiven {
        lines: vec![hours],
        attestation: Attestation {
            contract_and_period_only: true,
            relates_to_commitment: true,
        },
    }
}
