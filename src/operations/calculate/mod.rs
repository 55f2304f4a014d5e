//! What-if: values lines by an edition with nothing stored (V16).

mod inline;
mod line;
mod totals;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::domain::edition::{Edition, EditionId};
use crate::domain::effect::given::AdjustmentsGiven;
use crate::domain::fault::Fault;
use crate::domain::given::GivenText;
use crate::domain::place::Places;
use crate::domain::valuation::Valued;
use crate::domain::valuation::working::Working;
use crate::storage::Tx;

use super::{Actor, Office, Refusal, editions};

pub use totals::Total;

/// A batch of lines to value. Texts are read here, so that every door reports the same faults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calculation {
    /// The edition, such as `open-uk/2026`.
    pub edition: String,
    /// The lines.
    pub lines: Vec<CalculationLine>,
    /// Values the caller brings along, used by their code in place of a measure.
    pub inline_proxies: Vec<InlineProxy>,
}

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CalculationLine {
    /// Code or alias of a measure, or code of an inline proxy.
    pub measure: String,
    /// Label of the period.
    pub period: String,
    /// The figures.
    pub given: GivenText,
    /// Where it was delivered; without it a proxy's own place.
    pub place: Option<String>,
    /// The part that belongs to this contract, such as `1/3`; without it all.
    pub contract_share: Option<String>,
    /// Why what is due to others is deducted as well, where only a share counts.
    pub share_and_attribution: Option<String>,
    /// The unit of the quantity where it is not the measure's own (V6).
    pub unit: Option<String>,
    /// First day of the contract; without it the period's.
    pub contract_starts_on: Option<String>,
    /// Last day of the contract; without it the period's.
    pub contract_ends_on: Option<String>,
}

/// A value the caller brings along: a plain flow, in the prices it is given in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InlineProxy {
    /// Code to use in lines.
    pub code: String,
    /// One of what.
    pub unit: String,
    /// Pounds a unit: a decimal, or a fraction such as `37/3`.
    pub value: String,
    /// Its column.
    pub column: String,
    /// Title of the source.
    pub source_title: String,
    /// The low value.
    pub low: Option<String>,
    /// The high value.
    pub high: Option<String>,
    /// How the measure is claimed; in each period when missing.
    pub claim: Option<String>,
    /// What the value is already net of.
    pub already_net_of: Vec<String>,
    /// What is taken off it, and for how long it lasts.
    pub adjustments: AdjustmentsGiven,
}

/// What came of a calculation.
#[derive(Debug, Clone)]
pub struct Calculated {
    /// The edition used.
    pub edition: Arc<Edition>,
    /// The values brought along, as an edition of their own.
    pub inline: Option<Arc<Edition>>,
    /// Line by line: valued, or its faults.
    pub lines: Vec<Result<Valued, Vec<Fault>>>,
    /// Totals by basis and column; none while any line is faulty, since a total that leaves a line out says half.
    pub totals: Vec<Total>,
}

impl Calculated {
    /// The edition a line was valued by: the one used, or the values brought along.
    #[must_use]
    pub fn edition_of(&self, working: &Working) -> &Edition {
        match &self.inline {
            Some(inline) if *inline.id() == working.edition => inline,
            _ => &self.edition,
        }
    }

    /// The faults of all lines, in order.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.lines
            .iter()
            .filter_map(|line| line.as_ref().err())
            .flatten()
    }

    /// The valued lines, in order, where no line is faulty.
    ///
    /// # Errors
    /// Every fault of every line.
    pub fn valued(&self) -> Result<Vec<&Valued>, Vec<Fault>> {
        let faults: Vec<Fault> = self.faults().cloned().collect();
        if faults.is_empty() {
            Ok(self
                .lines
                .iter()
                .filter_map(|line| line.as_ref().ok())
                .collect())
        } else {
            Err(faults)
        }
    }
}

/// Values every line of a batch by an edition that is shipped, in the places that are.
///
/// # Errors
/// An edition that is not shipped; else as [`calculate_in`].
pub fn calculate(catalogue: &Catalogue, asked: &Calculation) -> Result<Calculated, Vec<Fault>> {
    let found = EditionId::parse(&asked.edition).and_then(|id| catalogue.edition(&id));
    let edition = found.ok_or_else(|| {
        let known: Vec<String> = catalogue.editions.keys().map(ToString::to_string).collect();
        vec![unknown(&asked.edition, &known.join(", "))]
    })?;
    calculate_in(edition, &catalogue.places, asked)
}

/// Finds the edition that a batch is valued by, also a draft where `drafts` may be seen.
///
/// # Errors
/// [`Refusal::Invalid`] for one that is not there.
pub async fn edition_of(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    asked: &Calculation,
    drafts: bool,
) -> Result<Arc<Edition>, Refusal> {
    let found = editions::find_named(tx, office, actor, &asked.edition, drafts).await?;
    if let Some(found) = found {
        return Ok(found.edition);
    }
    let all = editions::all(tx, office, actor, drafts).await?;
    Err(unknown(&asked.edition, &editions::names(&all)).into())
}

fn unknown(asked: &str, known: &str) -> Fault {
    let message = format!("there is no edition {asked:?}; there is {known}");
    Fault::new("/edition", "unknown_edition", message)
}

/// Values every line of a batch by an edition, in the places of a partnership.
///
/// # Errors
/// Faults of the batch as a whole: a wrong inline proxy, a total out of range.
/// Faults of a line stand at the line, with pointers such as `/lines/0/quantity`.
pub fn calculate_in(
    edition: &Arc<Edition>,
    places: &Places,
    asked: &Calculation,
) -> Result<Calculated, Vec<Fault>> {
    let inline = inline::edition(edition, &asked.inline_proxies)?;
    let lines: Vec<_> = asked
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let inlined = inline
                .as_ref()
                .filter(|inline| inline.measure(&line.measure).is_some());
            let by = inlined.unwrap_or(edition);
            line::value(by, places, line).map_err(|faults| {
                let prefix = format!("/lines/{index}");
                faults
                    .into_iter()
                    .map(|fault| fault.under(&prefix))
                    .collect()
            })
        })
        .collect();
    let totals = totals::of(&bases(edition, inline.as_ref()), &lines)?;
    Ok(Calculated {
        edition: Arc::clone(edition),
        inline,
        lines,
        totals,
    })
}

fn bases<'a>(
    edition: &'a Arc<Edition>,
    inline: Option<&'a Arc<Edition>>,
) -> BTreeMap<&'a EditionId, &'a Edition> {
    std::iter::once(edition)
        .chain(inline)
        .map(|edition| (edition.id(), edition.as_ref()))
        .collect()
}
