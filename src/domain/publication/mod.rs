//! A roll-up that was published under a title: frozen, and sealed together with the ends of the chains it rests on (L4).

pub mod suppress;

use super::funding::FundingSource;
use super::measure::Column;
use super::moment::Moment;
use super::policy::Reach;
use super::roll_up::{RollUpLine, Shown};
use super::seal::Seal;
use suppress::Limits;

/// Everything of a publication but its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What was asked, as canonical JSON.
    pub asked: String,
    /// Whose figures it tells.
    pub reach: Reach,
    /// When it was published; its figures are those known at this moment.
    pub published_at: Moment,
    /// Id of the key or person that published it.
    pub published_by: String,
    /// What is kept back of it in public.
    pub limits: Limits,
    /// Over everything above, the figures and the ends of the chains.
    pub digest: String,
    /// Whether anybody may read it. This alone may change, so it is not sealed.
    pub is_public: bool,
}

/// A row, or a total over rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it says.
    pub line: RollUpLine,
    /// Whether it is suppressed in public.
    pub suppressed: bool,
}

/// A publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// What is told above its figures.
    pub heading: Heading,
    /// Rows in order.
    pub rows: Vec<Figure>,
    /// One a stage, column, basis and funding source, over all rows.
    pub totals: Vec<Figure>,
    /// Where the chains of the contracts that it rests on ended, by contract id.
    pub heads: Vec<SealedHead>,
}

/// Where the chain of a contract ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedHead {
    /// Id of the contract.
    pub contract: String,
    /// How many postings there were.
    pub length: i64,
    /// Hash of the last one.
    pub hash: String,
}

impl Publication {
    /// The digest that it must have: every field, each after its length.
    #[must_use]
    pub fn sealed(&self, partnership: &str) -> String {
        let heading = &self.heading;
        let seal = Seal::new()
            .text(partnership)
            .text(&heading.id)
            .text(&heading.title)
            .text(&heading.asked)
            .number(heading.published_at.micros())
            .text(&heading.published_by)
            .number(heading.limits.smallest_count)
            .number(heading.limits.fewest_contracts)
            .number(heading.limits.fewest_suppliers);
        let seal = reach(seal, &heading.reach);
        let seal = figures(figures(seal, &self.rows), &self.totals);
        let heads = self.heads.iter();
        heads
            .fold(counted(seal, self.heads.len()), |seal, head| {
                seal.text(&head.contract)
                    .number(head.length)
                    .text(&head.hash)
            })
            .hex()
    }
}

fn counted(seal: Seal, length: usize) -> Seal {
    seal.text(&length.to_string())
}

fn reach(seal: Seal, reach: &Reach) -> Seal {
    match reach {
        Reach::Everything => seal.text("everything"),
        Reach::Of {
            held_by,
            supplied_by,
        } => [held_by, supplied_by]
            .into_iter()
            .fold(seal.text("of"), |seal, bodies| {
                let seal = counted(seal, bodies.len());
                bodies.iter().fold(seal, |seal, id| seal.text(id))
            }),
    }
}

fn figures(seal: Seal, figures: &[Figure]) -> Seal {
    let seal = counted(seal, figures.len());
    figures.iter().fold(seal, |seal, figure| {
        let (line, lines) = (&figure.line, &figure.line.lines);
        let seal = counted(seal, line.labels.len());
        let labels = line.labels.iter();
        let seal = labels.fold(seal, |seal, label| seal.text(&label.id).text(&label.name));
        let seal = seal
            .text(line.stage.word())
            .maybe(line.column.map(Column::word))
            .text(&line.basis.edition.to_string())
            .text(&line.basis.price_base)
            .text(&line.basis.method)
            .maybe_number(line.worth_pence)
            .number(lines.valued)
            .number(lines.record_only)
            .number(lines.provisional)
            .number(lines.nominal)
            .number(i64::from(figure.suppressed));
        quantity(funding(seal, line.funding), &line.quantity)
    })
}

/// What is published before other sources were told has the digest that it had: a price is not named, and no quantity
/// begins with these words.
fn funding(seal: Seal, source: FundingSource) -> Seal {
    match source {
        FundingSource::ContractPrice => seal,
        other => seal.text("funding").text(other.word()),
    }
}

fn quantity(seal: Seal, quantity: &Shown) -> Seal {
    match quantity {
        Shown::NotAsked => seal.text("not asked"),
        Shown::Sum {
            micro,
            posted_of_unit,
            unit,
        } => seal
            .text("sum")
            .number(*micro)
            .number(*posted_of_unit)
            .text(unit),
        Shown::Ratio(upper, lower) => seal.text("ratio").number(*upper).number(*lower),
        Shown::Unavailable(reason) => seal.text("unavailable").text(reason),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::basis::Basis;
    use super::super::edition::EditionId;
    use super::super::ledger::posting::Stage;
    use super::super::roll_up::{Label, Lines};
    use super::*;

    fn publication() -> Publication {
        let label = Label {
            name: "Social".to_owned(),
            id: "social".to_owned(),
        };
        let figure = Figure {
            line: RollUpLine {
                labels: vec![label],
                stage: Stage::Verified,
                column: None,
                basis: Basis {
                    edition: EditionId::parse("open-uk/2026").unwrap(),
                    price_base: "2024-25".to_owned(),
                    method: "m".to_owned(),
                },
                funding: FundingSource::ContractPrice,
                worth_pence: None,
                quantity: Shown::Ratio(1, 2),
                lines: Lines::default(),
            },
            suppressed: false,
        };
        let head = SealedHead {
            contract: "c".to_owned(),
            length: 4,
            hash: "h".to_owned(),
        };
        Publication {
            heading: Heading {
                id: "i".to_owned(),
                title: "t".to_owned(),
                asked: "{}".to_owned(),
                reach: Reach::Everything,
                published_at: Moment::from_micros(5),
                published_by: "k".to_owned(),
                limits: Limits::USUAL,
                digest: String::new(),
                is_public: false,
            },
            rows: vec![figure.clone()],
            totals: vec![figure],
            heads: vec![head],
        }
    }

    #[test]
    fn every_field_is_in_the_digest_and_who_may_read_is_not() {
        type Change = fn(&mut Publication);
        let changes: [Change; 28] = [
            |one| one.heading.id.push('x'),
            |one| one.heading.title.push('x'),
            |one| one.heading.asked.push('x'),
            |one| one.heading.published_at = Moment::from_micros(6),
            |one| one.heading.published_by.push('x'),
            |one| one.heading.limits.smallest_count += 1,
            |one| one.heading.limits.fewest_contracts += 1,
            |one| one.heading.limits.fewest_suppliers += 1,
            |one| one.heading.reach = Reach::of(&[]),
            |one| one.rows.clear(),
            |one| one.totals.clear(),
            |one| one.heads.clear(),
            |one| one.heads[0].contract.push('x'),
            |one| one.heads[0].length += 1,
            |one| one.heads[0].hash.push('x'),
            |one| one.rows[0].line.labels[0].id.push('x'),
            |one| one.rows[0].line.labels[0].name.push('x'),
            |one| one.rows[0].line.stage = Stage::Claimed,
            |one| one.rows[0].line.column = Some(Column::Social),
            |one| one.rows[0].line.basis.price_base.push('x'),
            |one| one.rows[0].line.funding = FundingSource::Grant,
            |one| one.rows[0].line.funding = FundingSource::OwnResources,
            |one| one.rows[0].line.worth_pence = Some(0),
            |one| one.rows[0].line.quantity = Shown::Ratio(1, 3),
            |one| one.rows[0].line.quantity = Shown::NotAsked,
            |one| one.rows[0].line.lines.valued += 1,
            |one| one.rows[0].suppressed = true,
            |one| one.totals[0].suppressed = true,
        ];
        let mut digests: BTreeSet<String> = changes
            .iter()
            .map(|change| {
                let mut other = publication();
                change(&mut other);
                other.sealed("p")
            })
            .collect();
        digests.extend([publication().sealed("p"), publication().sealed("q")]);
        assert_eq!(digests.len(), changes.len() + 2);
        let mut opened = publication();
        opened.heading.is_public = true;
        assert_eq!(opened.sealed("p"), publication().sealed("p"));
    }
}
