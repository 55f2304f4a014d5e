//! A small partnership to keep: two anchor institutions, a supplier, a contract they share, and its returns.

use std::collections::BTreeMap;

use goodmeasure::domain::amount::{Pence, Quantity, Share, Worth};
use goodmeasure::domain::commitment::adjusting::Adjusting;
use goodmeasure::domain::commitment::{Commitment, Target, TargetVersion};
use goodmeasure::domain::contract::{Contract, Rebasing, Shares, Terms};
use goodmeasure::domain::edition::EditionId;
use goodmeasure::domain::effect::{Adjustments, Deduction};
use goodmeasure::domain::exact;
use goodmeasure::domain::funding::{ContractKind, Funder, Funding, FundingSource};
use goodmeasure::domain::ledger::posting::{Content, Identity, Stage, Standing};
use goodmeasure::domain::measure::Column;
use goodmeasure::domain::moment::Moment;
use goodmeasure::domain::organisation::{Dated, Identifier, Organisation, Succession};
use goodmeasure::domain::period::{Day, Period, Reporting, parse_day};
use goodmeasure::domain::place::Place;
use goodmeasure::domain::report::{
    Attestation, Done, Evidence, EvidenceKind, ReportLine, Revision, State,
};
use goodmeasure::domain::series::SeriesRef;
use goodmeasure::domain::valuation::Reported;
use goodmeasure::storage::{StorageError, Tx, contract, organisation, partnership, place};

pub const P: &str = "p1";
/// What pays the first contract.
pub const PRICE: FundingSource = FundingSource::ContractPrice;
/// A text with everything that could be taken apart wrongly on its way.
pub const ODD: &str = "it's \"odd\" \\ {1} $2 £ \u{1f600} \n\t,]";

pub fn at(second: i64) -> Moment {
    Moment::from_micros(1_790_000_000_000_000 + second * 1_000_000)
}

pub fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

pub fn period(label: &str) -> Period {
    Period::parse(label).unwrap()
}

pub fn units(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

pub fn place(code: &str, parent: Option<&str>) -> Place {
    Place {
        code: code.to_owned(),
        name: ODD.to_owned(),
        kind: "partnership_place".to_owned(),
        parent: parent.map(str::to_owned),
        gss: Some("E06000001".to_owned()),
        valid_from: Some(day("2020-04-01")),
        valid_to: None,
        covers: vec!["x".to_owned(), ODD.to_owned()],
    }
}

pub fn organisation(id: &str, anchor: bool, before: Option<&str>) -> Organisation {
    Organisation {
        id: id.to_owned(),
        name: format!("The {id}"),
        kind: if anchor { "council" } else { "business" }.to_owned(),
        scale: (!anchor).then(|| "sme".to_owned()),
        place: Some("north".to_owned()),
        anchor_institution: anchor.then_some(Dated {
            from: Some(day("2021-01-01")),
            to: None,
        }),
        identifiers: vec![
            Identifier {
                scheme: "GB-COH".to_owned(),
                id: format!("1-{id}"),
            },
            Identifier {
                scheme: "GB-LAE".to_owned(),
                id: format!("2-{id}"),
            },
        ],
        predecessors: before
            .map(|organisation| Succession {
                organisation: organisation.to_owned(),
                on: day("2022-07-01"),
            })
            .into_iter()
            .collect(),
        created_at: at(0),
    }
}

pub fn terms(version: i64) -> Terms {
    let share = |text: &str| Share::parse(text).unwrap();
    Terms {
        version,
        effective_on: day("2026-04-01"),
        recorded_at: at(version),
        reason: (version > 1).then(|| ODD.to_owned()),
        title: ODD.to_owned(),
        value: Pence::new(150_000_000),
        value_gross: None,
        ends_on: day("2028-03-31"),
        may_extend_to: Some(day("2029-03-31")),
        place: Some("north".to_owned()),
        shares: Shares::new(vec![
            ("anchor-b".to_owned(), share("1/3")),
            ("anchor-a".to_owned(), share("2/3")),
        ])
        .unwrap(),
    }
}

/// What pays a contract: a grant the second, a price the others.
pub fn funding(id: &str) -> Funding {
    let named = |text: &str| Funder::Named(text.to_owned());
    match id {
        "2" => Funding {
            source: FundingSource::Grant,
            funder: Some(named(ODD)),
            reference: Some(ODD.to_owned()),
            contract: Some("1".to_owned()),
        },
        _ => Funding::of(FundingSource::ContractPrice),
    }
}

pub fn contract(id: &str) -> Contract {
    Contract {
        id: id.to_owned(),
        reference: format!("C-{id}"),
        ocid: Some(format!("ocds-{id}")),
        kind: match id {
            "2" => ContractKind::Programme,
            _ => ContractKind::Contract,
        },
        funding: funding(id),
        supplier: "supplier".to_owned(),
        starts_on: day("2026-04-01"),
        reporting: Reporting::Quarterly,
        edition: EditionId::parse("open-uk/2026").unwrap(),
        created_at: at(1),
        versions: vec![terms(1)],
        rebasings: Vec::new(),
    }
}

pub fn rebasing(number: i64) -> Rebasing {
    Rebasing {
        number,
        from: EditionId::parse("open-uk/2026").unwrap(),
        to: EditionId::parse("example/1").unwrap(),
        reason: ODD.to_owned(),
        recorded_at: at(3 + number),
    }
}

pub fn commitment(number: i64) -> Commitment {
    Commitment {
        number,
        measure: "local-job-fte".to_owned(),
        kpi: number == 1,
        counted_separately: (number > 1).then(|| ODD.to_owned()),
        place: (number > 1).then(|| "north".to_owned()),
        recorded_at: at(2),
        versions: vec![target(1)],
    }
}

pub fn target(version: i64) -> TargetVersion {
    let whole = Target::Whole(Reported::Planned {
        quantity: Some(units("25")),
        parts: BTreeMap::from([("hours".to_owned(), units("1.5"))]),
    });
    let by_period = Target::ByPeriod(BTreeMap::from([
        (period("2026-27-Q1"), Reported::Quantity(units("1"))),
        (period("2026-27-Q2"), Reported::Answer(true)),
    ]));
    TargetVersion {
        version,
        effective_on: day("2026-10-01"),
        recorded_at: at(2 + version),
        reason: (version > 1).then(|| "more".to_owned()),
        target: if version == 1 { whole } else { by_period },
        adjusting: (version > 1).then(adjusting),
    }
}

/// Something of every kind.
fn adjusting() -> Adjusting {
    let part = |text| exact::decimal(text, 6).unwrap();
    Adjusting {
        changes: Adjustments {
            deductions: [(Deduction::Leakage, part("0.333333"))].into(),
            multiplier: Some(part("1.6")),
            starts_after_years: Some(1),
            duration_years: Some(2),
            drop_off: Some(part("0")),
            discounted_by: Some(SeriesRef {
                series: "discount-rates".to_owned(),
                item: "standard".to_owned(),
            }),
        },
        reason: ODD.to_owned(),
    }
}

pub fn done(second: i64) -> Done {
    Done {
        at: at(second),
        by: "key-1".to_owned(),
    }
}

pub fn hash(digit: char) -> String {
    std::iter::repeat_n(digit, 64).collect()
}

/// A line with everything, and lines of every shape.
pub fn lines() -> Vec<ReportLine> {
    let plain = |line: &str, reported: Reported| ReportLine {
        line: line.to_owned(),
        measure: "volunteer-hours".to_owned(),
        reported,
        starters: None,
        place: None,
        target_group: None,
        tier: 0,
        activity: None,
        contract_share: Share::whole(),
        share_and_attribution: None,
        note: None,
        evidence: Vec::new(),
    };
    let evidence = |kind: EvidenceKind, quantity: Option<&str>| Evidence {
        kind,
        quantity: quantity.map(units),
    };
    let full = ReportLine {
        starters: Some(units("3")),
        place: Some("north".to_owned()),
        target_group: Some("care-leavers".to_owned()),
        tier: 2,
        activity: Some(ODD.to_owned()),
        contract_share: Share::parse("1/3").unwrap(),
        share_and_attribution: Some(ODD.to_owned()),
        note: Some(ODD.to_owned()),
        evidence: vec![
            evidence(EvidenceKind::Link("https://example.org/z".to_owned()), None),
            evidence(EvidenceKind::Sha256(hash('a')), Some("2.5")),
        ],
        ..plain("z last by name", Reported::Quantity(units("-12.000001")))
    };
    let parts = BTreeMap::from([("cash".to_owned(), units("100"))]);
    vec![
        full,
        plain("2", Reported::Components(parts)),
        plain(
            "10",
            Reported::Ratio {
                numerator: units("1"),
                denominator: units("3"),
            },
        ),
        plain("4", Reported::Answer(true)),
        plain(ODD, Reported::Text(ODD.to_owned())),
    ]
}

pub fn draft(number: i64, lines: Vec<ReportLine>) -> Revision {
    Revision {
        number,
        lines,
        attestation: Attestation {
            contract_and_period_only: true,
            relates_to_commitment: false,
        },
        saved: done(10),
        state: State::Draft,
    }
}

/// What stands for one line, split between the two anchor institutions.
pub fn standing(stage: Stage, label: &str, line: &str, worths: [Option<i64>; 2]) -> Vec<Standing> {
    let one = |(position, (anchor, worth)): (i64, (&str, Option<i64>))| Standing {
        identity: Identity {
            stage,
            period: period(label),
            line: line.to_owned(),
            position,
            anchor: anchor.to_owned(),
        },
        content: Content {
            measure: "volunteer-hours".to_owned(),
            column: worth.map(|_| Column::Effort),
            supplier: "supplier".to_owned(),
            place: (line != "no place").then(|| "north".to_owned()),
            tier: 1,
            target_group: Some(ODD.to_owned()),
            edition: EditionId::parse("open-uk/2026").unwrap(),
            price_base: "2024-25".to_owned(),
            in_extension: false,
            provisional: position == 0,
            nominal: true,
            quantity_micro: worth.map(|_| 1_500_000),
            numerator_micro: worth.is_none().then_some(1),
            denominator_micro: worth.is_none().then_some(i64::MAX / 4_000_000),
            worth: worth
                .and_then(Pence::new)
                .map_or(Worth::RecordOnly, Worth::Pence),
        },
    };
    (0..)
        .zip(["anchor-b", "anchor-a"].into_iter().zip(worths))
        .map(one)
        .collect()
}

/// The partnership, its places and organisations, and two contracts.
pub async fn lay_ground(tx: &mut Tx) -> Result<(), StorageError> {
    partnership::add(tx, P, "One", at(0)).await?;
    // The child goes first: parents may stand anywhere in the list.
    let places = [place("north", Some("all")), place("all", None)];
    place::add_many(tx, P, &places).await?;
    organisation::add(tx, P, &organisation("anchor-a", true, None)).await?;
    organisation::add(tx, P, &organisation("anchor-b", true, Some("anchor-a"))).await?;
    organisation::add(tx, P, &organisation("supplier", false, None)).await?;
    contract::add(tx, P, &contract("1")).await?;
    contract::add(tx, P, &contract("2")).await
}
