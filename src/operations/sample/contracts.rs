//! The sample's contracts and what they commit to.

use crate::storage::Tx;
use std::collections::BTreeMap;

use super::bodies::{Bodies, Body};
use super::chance::Chance;
use super::{Writers, morning};
use crate::domain::given::GivenText;
use crate::domain::moment::Moment;
use crate::domain::period::{Day, parse_day};
use crate::operations::add_commitment::{CommitmentGiven, TargetGiven, add_commitment};
use crate::operations::add_contract::{ContractGiven, ShareGiven, add_contract};
use crate::operations::{Office, Refusal};

/// How many there are.
pub(super) const COUNT: usize = 80;

/// A contract of the sample.
pub(super) struct SampleContract {
    pub(super) id: String,
    pub(super) starts_on: Day,
    pub(super) place: String,
    pub(super) commitments: Vec<&'static Promise>,
}

/// What a quarter of a measure looks like.
pub(super) enum Figure {
    /// A quantity between two.
    Quantity(i64, i64),
    /// People who started once and stay a year (V5).
    Starters(i64, i64),
    /// Components, each between two.
    Components(&'static [(&'static str, i64, i64)]),
    /// A percentage between two.
    Percent(i64, i64),
    /// Yes, mostly.
    Answer,
}

/// A measure that sample contracts commit to.
pub(super) struct Promise {
    pub(super) measure: &'static str,
    pub(super) figure: Figure,
}

const fn promise(measure: &'static str, figure: Figure) -> Promise {
    Promise { measure, figure }
}

static PROMISES: [Promise; 22] = [
    promise("local-job-fte", Figure::Quantity(2, 30)),
    promise("local-job-supply-chain-fte", Figure::Quantity(1, 12)),
    promise("into-work-jobseeker", Figure::Starters(1, 6)),
    promise("apprenticeship-start", Figure::Quantity(0, 4)),
    promise(
        "apprenticeship-weeks",
        Figure::Components(&[("apprentices", 1, 6), ("weeks", 6, 13)]),
    ),
    promise("work-placement-hours", Figure::Quantity(30, 400)),
    promise(
        "school-engagement-hours",
        Figure::Components(&[
            ("attendees", 10, 120),
            ("hours", 1, 6),
            ("staff-hours", 2, 18),
        ]),
    ),
    promise("employability-support-hours", Figure::Quantity(5, 80)),
    promise("spend-local", Figure::Quantity(5_000, 90_000)),
    promise("spend-vcse", Figure::Quantity(500, 12_000)),
    promise("paid-within-30-days", Figure::Percent(82, 100)),
    promise("business-mentoring-hours", Figure::Quantity(2, 30)),
    promise("donation-cash", Figure::Quantity(100, 5_000)),
    promise("volunteering-hours", Figure::Quantity(8, 160)),
    promise("expert-volunteering-hours", Figure::Quantity(4, 40)),
    promise(
        "community-project",
        Figure::Components(&[
            ("cash", 200, 3_000),
            ("materials", 0, 1_500),
            ("hours", 5, 60),
            ("expert-hours", 0, 20),
        ]),
    ),
    promise("car-miles-saved", Figure::Quantity(500, 15_000)),
    promise("electricity-saved", Figure::Quantity(1_000, 40_000)),
    promise("mixed-waste-diverted", Figure::Quantity(2, 60)),
    promise("trees-planted", Figure::Quantity(10, 300)),
    promise("carbon-reduction-plan", Figure::Answer),
    promise("real-living-wage", Figure::Percent(75, 100)),
];

const SERVICES: [&str; 10] = [
    "Grounds maintenance",
    "Home care",
    "Highways repairs",
    "School meals",
    "Waste collection",
    "Estate decarbonisation",
    "Digital services",
    "Youth services",
    "Hospital catering",
    "Building works",
];

/// First days of sample contracts.
const STARTS: [&str; 4] = ["2025-01-01", "2025-01-01", "2025-04-01", "2025-02-10"];

/// Adds one contract with its commitments.
pub(super) async fn add(
    office: &Office,
    writers: &Writers,
    bodies: &Bodies,
    number: usize,
    chance: &mut Chance,
) -> Result<SampleContract, Refusal> {
    let starts_on = chance
        .pick(&STARTS)
        .and_then(|day| parse_day(day))
        .unwrap_or_default();
    let at = morning(parse_day("2024-12-09").unwrap_or_default());
    let holders = holders(bodies, number, chance);
    let supplier = bodies.suppliers.get(number % bodies.suppliers.len().max(1));
    let service = SERVICES
        .get(number % SERVICES.len())
        .copied()
        .unwrap_or_default();
    let holder = holders.first().copied();
    let place = holder.map(|body| body.place.clone()).unwrap_or_default();
    let holder_name = holder.map(|body| body.name.clone()).unwrap_or_default();
    let given = ContractGiven {
        reference: Some(format!("SAMPLE-{:03}", number + 1)),
        title: Some(format!("{service} for {holder_name}")),
        anchor_institutions: Some(shares(&holders)),
        supplier: supplier.map(|body| body.id.clone()),
        value: (!chance.one_in(12)).then(|| format!("{}.00", chance.between(40, 2_400) * 1_000)),
        starts_on: Some(starts_on.to_string()),
        ends_on: Some("2027-12-31".to_owned()),
        may_extend_to: chance.one_in(3).then(|| "2028-12-31".to_owned()),
        place: Some(place.clone()),
        proxy_edition: Some("open-uk/2026".to_owned()),
        reporting: Some("quarterly".to_owned()),
        ..ContractGiven::default()
    };
    let reporter = &writers.reporter;
    let add =
        async |tx: &mut Tx| add_contract(tx, office.hand(reporter, at), &given, Vec::new()).await;
    let contract = office.change(add).await?;
    let mut commitments: Vec<&'static Promise> = Vec::new();
    let wanted = usize::try_from(chance.between(5, 10)).unwrap_or(5);
    let mut next = usize::try_from(chance.between(0, 21)).unwrap_or(0);
    while commitments.len() < wanted {
        // A step that shares no factor with 22 visits every measure once.
        next = (next + 5) % PROMISES.len();
        if let Some(promise) = PROMISES.get(next) {
            commit(
                office,
                writers,
                &contract.id,
                at,
                promise,
                commitments.len() < 3,
                chance,
            )
            .await?;
            commitments.push(promise);
        }
    }
    Ok(SampleContract {
        id: contract.id,
        starts_on,
        place,
        commitments,
    })
}

/// Most contracts have one holder; one in five is shared by two or three.
fn holders<'a>(bodies: &'a Bodies, number: usize, chance: &mut Chance) -> Vec<&'a Body> {
    let count = if chance.one_in(5) {
        usize::try_from(chance.between(2, 3)).unwrap_or(2)
    } else {
        1
    };
    (0..count)
        .filter_map(|index| {
            bodies
                .anchors
                .get((number + 5 * index) % bodies.anchors.len().max(1))
        })
        .collect()
}

fn shares(holders: &[&Body]) -> Vec<ShareGiven> {
    let share = format!("1/{}", holders.len());
    holders
        .iter()
        .map(|body| ShareGiven {
            organisation: Some(body.id.clone()),
            share: Some(share.clone()),
        })
        .collect()
}

/// Commits to about what will be reported over three years.
async fn commit(
    office: &Office,
    writers: &Writers,
    contract: &str,
    at: Moment,
    promise: &Promise,
    kpi: bool,
    chance: &mut Chance,
) -> Result<(), Refusal> {
    let whole = match &promise.figure {
        Figure::Quantity(least, most) => quantity((least + most) / 2 * years(promise.measure)),
        Figure::Starters(least, most) => quantity((least + most) / 2),
        Figure::Percent(least, _) => quantity(*least),
        Figure::Answer => GivenText {
            answer: Some(true),
            ..GivenText::default()
        },
        Figure::Components(list) => planned(promise.measure, list, chance),
    };
    let given = CommitmentGiven {
        measure: Some(promise.measure.to_owned()),
        target: TargetGiven {
            whole: Some(whole),
            by_period: None,
        },
        kpi: Some(kpi),
        ..CommitmentGiven::default()
    };
    let reporter = &writers.reporter;
    let add = async |tx: &mut Tx| {
        add_commitment(tx, office.hand(reporter, at), contract, &given, Vec::new()).await
    };
    office.change_contract(contract, add).await.map(|_| ())
}

/// Posts accrue by the year; all else is reported twelve times in three years.
fn years(measure: &str) -> i64 {
    if measure.ends_with("-fte") { 3 } else { 12 }
}

fn quantity(number: i64) -> GivenText {
    GivenText {
        quantity: Some(number.to_string()),
        ..GivenText::default()
    }
}

/// The target of a product is the product itself; parts are given one by one.
fn planned(measure: &str, list: &[(&str, i64, i64)], chance: &mut Chance) -> GivenText {
    let middle = |code: &str| {
        list.iter()
            .find(|(known, ..)| *known == code)
            .map_or(0, |(_, least, most)| (least + most) / 2)
    };
    let part = |code: &str| (code.to_owned(), (middle(code) * 12).to_string());
    let parts = |codes: &[&str]| {
        Some(
            codes
                .iter()
                .map(|code| part(code))
                .collect::<BTreeMap<_, _>>(),
        )
    };
    let nudge = chance.between(9, 12);
    match measure {
        "school-engagement-hours" => GivenText {
            quantity: Some((middle("attendees") * middle("hours") * nudge).to_string()),
            components: parts(&["staff-hours"]),
            ..GivenText::default()
        },
        "community-project" => GivenText {
            components: parts(&["cash", "materials", "hours", "expert-hours"]),
            ..GivenText::default()
        },
        _ => quantity(middle("apprentices") * middle("weeks") * nudge),
    }
}
