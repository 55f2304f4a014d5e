//! What stands latest of a measure that has no sum: a level, an answer, words (V7).

use std::collections::BTreeMap;

use crate::domain::amount::Quantity;
use crate::domain::edition::Edition;
use crate::domain::ledger::posting::Stage;
use crate::domain::measure::{Aggregation, Measure};
use crate::domain::period::Period;
use crate::domain::report::{ReportLine, Return};
use crate::domain::valuation::Reported;

/// The latest figure that stands of a measure that has no sum: a level, an answer, words.
pub(super) fn latest(
    edition: &Edition,
    measure: &Measure,
    returns: &[Return],
) -> BTreeMap<Stage, (Period, Reported)> {
    let mut latest = BTreeMap::new();
    let is_own = |line: &&ReportLine| {
        let found = edition.measure(&line.measure);
        found.is_some_and(|found| found.code == measure.code)
    };
    for one in returns {
        let claimed = one.claimed().map(|revision| {
            let own = revision.lines.iter().filter(is_own);
            own.map(|line| &line.reported).collect::<Vec<_>>()
        });
        let verified = one.verified().map(|revision| {
            let own = revision.lines.iter().filter(is_own);
            own.filter_map(|line| revision.accepted_figures(line))
                .collect::<Vec<_>>()
        });
        for (stage, figures) in [(Stage::Claimed, claimed), (Stage::Verified, verified)] {
            if let Some(figure) = figures.and_then(|figures| over_places(measure, &figures)) {
                latest.insert(stage, (one.period, figure));
            }
        }
    }
    latest
}

/// The lines of one period as the measure declares: added over places, or the last of them (V7).
fn over_places(measure: &Measure, figures: &[&Reported]) -> Option<Reported> {
    let last = (*figures.last()?).clone();
    if measure.over_places != Aggregation::Sum {
        return Some(last);
    }
    let quantities: Option<Vec<i64>> = figures
        .iter()
        .map(|figure| match figure {
            Reported::Quantity(quantity) => Some(quantity.micro()),
            _ => None,
        })
        .collect();
    let Some(quantities) = quantities else {
        return Some(last);
    };
    let sum = quantities.into_iter().try_fold(0_i64, i64::checked_add)?;
    Quantity::from_micro(sum).map(Reported::Quantity)
}
