//! What postings add to the stored totals (L5).

use std::collections::BTreeMap;

use super::super::funding::FundingSource;
use super::posting::{Posting, Stage};

/// What a row of the totals is kept for. `contract` and `supplier` are empty in the grain without contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TotalKey {
    /// The contract, or empty.
    pub contract: String,
    /// The supplier, or empty.
    pub supplier: String,
    /// The anchor institution.
    pub anchor: String,
    /// The measure.
    pub measure: String,
    /// The place, or empty where unknown.
    pub place: String,
    /// The period's label.
    pub period: String,
    /// Its first day.
    pub from: super::super::period::Day,
    /// Its last day.
    pub to: super::super::period::Day,
    /// The stage.
    pub stage: Stage,
    /// The edition.
    pub edition: String,
    /// Whether this anchor stands first among the shares of the line: lines and what is never
    /// split are counted over these rows alone when anchors are added together.
    pub leads: bool,
    /// Whose money pays it.
    pub funding: FundingSource,
}

/// The sums of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Pence.
    pub worth_pence: i64,
    /// Millionths.
    pub quantity_micro: i64,
    /// Millionths.
    pub numerator_micro: i64,
    /// Millionths.
    pub denominator_micro: i64,
    /// Lines with a worth.
    pub valued_lines: i64,
    /// Lines counted without £.
    pub record_only_lines: i64,
    /// Lines whose worth is provisional.
    pub provisional_lines: i64,
    /// Lines with a face value in them.
    pub nominal_lines: i64,
}

impl Sums {
    /// Adds other sums.
    pub fn include(&mut self, other: &Self) {
        self.worth_pence += other.worth_pence;
        self.quantity_micro += other.quantity_micro;
        self.numerator_micro += other.numerator_micro;
        self.denominator_micro += other.denominator_micro;
        self.valued_lines += other.valued_lines;
        self.record_only_lines += other.record_only_lines;
        self.provisional_lines += other.provisional_lines;
        self.nominal_lines += other.nominal_lines;
    }

    /// Adds other sums; `None`, with this one not to be used any more, where one leaves 64 bits (V3).
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Option<Self> {
        let pairs = [
            (&mut self.worth_pence, other.worth_pence),
            (&mut self.quantity_micro, other.quantity_micro),
            (&mut self.numerator_micro, other.numerator_micro),
            (&mut self.denominator_micro, other.denominator_micro),
            (&mut self.valued_lines, other.valued_lines),
            (&mut self.record_only_lines, other.record_only_lines),
            (&mut self.provisional_lines, other.provisional_lines),
            (&mut self.nominal_lines, other.nominal_lines),
        ];
        for (sum, more) in pairs {
            *sum = sum.checked_add(more)?;
        }
        Some(self)
    }

    /// What takes them back.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self {
            worth_pence: -self.worth_pence,
            quantity_micro: -self.quantity_micro,
            numerator_micro: -self.numerator_micro,
            denominator_micro: -self.denominator_micro,
            valued_lines: -self.valued_lines,
            record_only_lines: -self.record_only_lines,
            provisional_lines: -self.provisional_lines,
            nominal_lines: -self.nominal_lines,
        }
    }

    fn add(&mut self, posting: &Posting) {
        let sign = posting.sign();
        let content = &posting.standing.content;
        let valued = content.worth.pence().is_some();
        self.worth_pence += sign * content.worth.pence().unwrap_or_default();
        self.quantity_micro += sign * content.quantity_micro.unwrap_or_default();
        self.numerator_micro += sign * content.numerator_micro.unwrap_or_default();
        self.denominator_micro += sign * content.denominator_micro.unwrap_or_default();
        self.valued_lines += sign * i64::from(valued);
        self.record_only_lines += sign * i64::from(!valued);
        self.provisional_lines += sign * i64::from(content.provisional);
        self.nominal_lines += sign * i64::from(content.nominal);
    }
}

/// What postings of one contract, paid by money of a source, add by contract and supplier.
#[must_use]
pub fn by_contract(
    contract: &str,
    funding: FundingSource,
    postings: &[Posting],
) -> BTreeMap<TotalKey, Sums> {
    gathered(postings, funding, |posting| {
        (
            contract.to_owned(),
            posting.standing.content.supplier.clone(),
        )
    })
}

/// What the same postings add to the grain without contract, which answers dashboards.
#[must_use]
pub fn by_anchor(funding: FundingSource, postings: &[Posting]) -> BTreeMap<TotalKey, Sums> {
    gathered(postings, funding, |_| (String::new(), String::new()))
}

fn gathered(
    postings: &[Posting],
    funding: FundingSource,
    whose: impl Fn(&Posting) -> (String, String),
) -> BTreeMap<TotalKey, Sums> {
    let mut totals: BTreeMap<TotalKey, Sums> = BTreeMap::new();
    for posting in postings {
        let (identity, content) = (&posting.standing.identity, &posting.standing.content);
        let (contract, supplier) = whose(posting);
        let key = TotalKey {
            contract,
            supplier,
            anchor: identity.anchor.clone(),
            measure: content.measure.clone(),
            place: content.place.clone().unwrap_or_default(),
            period: identity.period.label(),
            from: identity.period.from(),
            to: identity.period.to(),
            stage: identity.stage,
            edition: content.edition.to_string(),
            leads: identity.position == 0,
            funding,
        };
        totals.entry(key).or_default().add(posting);
    }
    totals
}
