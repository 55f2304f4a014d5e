//! Whether what is verified of a ratio meets the percentage that was promised (V7, V15).

use crate::domain::commitment::Planned;
use crate::domain::exact::{self, Exact};
use crate::domain::ledger::posting::Stage;
use crate::domain::valuation::Reported;
use crate::storage::total::RollUpRow;

/// A promised percentage beside what is verified of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatioDelivery {
    /// Percent promised: over the periods that are verified, each weighed by its denominator, as the verified one is;
    /// that of the last period while none is.
    pub target: Exact,
    /// Verified numerators and denominators of the periods with a target, in millionths.
    pub verified: (i64, i64),
}

impl RatioDelivery {
    /// Whether the verified percentage, unrounded, reaches the promised one; nothing while none is verified.
    #[must_use]
    pub fn is_met(&self) -> Option<bool> {
        let (numerator, denominator) = self.verified;
        (denominator != 0).then(|| {
            let percent = exact::ratio(numerator, denominator) * exact::whole(100);
            percent >= self.target
        })
    }
}

/// Sets the totals of a measure beside the plan of its commitment.
pub fn ratio_delivery(plan: &[Planned], rows: &[&RollUpRow]) -> Option<RatioDelivery> {
    let mut target = promised(&plan.last()?.reported)?;
    let (mut required, mut verified) = (exact::zero(), (0_i64, 0_i64));
    for planned in plan {
        let Some(percent) = promised(&planned.reported) else {
            continue;
        };
        let of_period =
            |row: &&&RollUpRow| row.stage == Stage::Verified && row.period == Some(planned.period);
        for row in rows.iter().filter(of_period) {
            let sums = &row.lead_sums;
            // All rows of the stage were added up before without leaving 64 bits, and none of these is below zero.
            verified.0 = verified.0.saturating_add(sums.numerator_micro);
            verified.1 = verified.1.saturating_add(sums.denominator_micro);
            required += percent.clone() * exact::whole(sums.denominator_micro);
        }
    }
    if verified.1 != 0 {
        target = required / exact::whole(verified.1);
    }
    Some(RatioDelivery { target, verified })
}

fn promised(reported: &Reported) -> Option<Exact> {
    match reported {
        Reported::Quantity(percent)
        | Reported::Planned {
            quantity: Some(percent),
            ..
        } => Some(exact::ratio(percent.micro(), 1_000_000)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v7_a_percentage_is_met_before_it_is_rounded() {
        let met = |numerator, denominator| {
            let target = exact::whole(95);
            let verified = (numerator, denominator);
            RatioDelivery { target, verified }.is_met()
        };
        assert_eq!(met(0, 0), None);
        assert_eq!(met(95, 100), Some(true));
        assert_eq!(met(949_999, 1_000_000), Some(false));
        assert_eq!(met(0, 1), Some(false));
    }
}
