//! Whether more than the whole of one activity is claimed, over the lines and contracts that name it (V11).

use std::collections::BTreeMap;

use super::amount::Share;
use super::exact::{self, Exact};
use super::period::Period;

/// A line that names an activity, and the part of it that it claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The contract, however it is called.
    pub contract: String,
    /// The period of its return.
    pub period: Period,
    /// Code of the measure.
    pub measure: String,
    /// The activity.
    pub activity: String,
    /// Where, where the line says so.
    pub place: Option<String>,
    /// For whom, where the line says so.
    pub target_group: Option<String>,
    /// The part that belongs to the contract.
    pub share: Share,
}

/// More than the whole of an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboveWhole {
    /// The activity.
    pub activity: String,
    /// Code of the measure that it is claimed as.
    pub measure: String,
    /// The parts claimed together: above one.
    pub together: Exact,
}

/// The activities of a period of which more than the whole is claimed, with the lines of others that overlap it.
///
/// Shares add up over contracts, and within one over lines that say the same measure, place and target group of one period:
/// what differs in those is another part of the activity, and what goes on in the next period is not claimed again. Where
/// another contract reports more often, the period in which it claims most counts.
#[must_use]
pub fn above_whole(period: Period, own: &[Claimed], others: &[Claimed]) -> Vec<AboveWhole> {
    let overlaps =
        |one: &&Claimed| one.period.from() <= period.to() && one.period.to() >= period.from();
    let mut lines: BTreeMap<Part<'_>, Exact> = BTreeMap::new();
    for one in own.iter().chain(others.iter().filter(overlaps)) {
        let claimed = (one.activity.as_str(), one.measure.as_str());
        if !own
            .iter()
            .any(|own| (own.activity.as_str(), own.measure.as_str()) == claimed)
        {
            continue;
        }
        let part = Part {
            claimed,
            contract: &one.contract,
            period: one.period,
            who: (one.place.as_deref(), one.target_group.as_deref()),
        };
        *lines.entry(part).or_insert_with(exact::zero) += one.share.exact();
    }
    let mut most: BTreeMap<(&str, &str), BTreeMap<&str, Exact>> = BTreeMap::new();
    for (part, share) in lines {
        let contracts = most.entry(part.claimed).or_default();
        let known = contracts.entry(part.contract).or_insert_with(exact::zero);
        if share > *known {
            *known = share;
        }
    }
    let together = most
        .into_iter()
        .map(|((activity, measure), contracts)| AboveWhole {
            activity: activity.to_owned(),
            measure: measure.to_owned(),
            together: contracts.values().sum(),
        });
    together.filter(|one| one.together > exact::one()).collect()
}

/// What adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Part<'a> {
    /// Activity and measure.
    claimed: (&'a str, &'a str),
    contract: &'a str,
    period: Period,
    /// Place and target group.
    who: (Option<&'a str>, Option<&'a str>),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(contract: &str, period: &str, share: &str, group: Option<&str>) -> Claimed {
        Claimed {
            contract: contract.to_owned(),
            period: Period::parse(period).unwrap(),
            measure: "hours".to_owned(),
            activity: "garden".to_owned(),
            place: None,
            target_group: group.map(str::to_owned),
            share: Share::parse(share).unwrap(),
        }
    }

    fn together(own: &[Claimed], others: &[Claimed]) -> Option<String> {
        let quarter = Period::parse("2026-27-Q1").unwrap();
        let found = above_whole(quarter, own, others).pop();
        found.map(|one| exact::exact_text(&one.together))
    }

    #[test]
    fn v11_parts_of_one_activity_are_at_most_the_whole() {
        let own = [line("a", "2026-27-Q1", "1/2", None)];
        let other = |period: &str, share: &str| line("b", period, share, None);
        assert_eq!(together(&own, &[]), None);
        assert_eq!(
            together(&own, &[other("2026-27-Q1", "1/2")]),
            None,
            "the whole"
        );
        assert_eq!(
            together(&own, &[other("2026-27-Q1", "2/3")]),
            Some("7/6".to_owned())
        );
        assert_eq!(
            together(&own, &[other("2026-27-Q2", "1")]),
            None,
            "another time"
        );
        let months = [
            other("2026-04", "1/2"),
            other("2026-05", "1/2"),
            other("2026-06", "1/3"),
        ];
        assert_eq!(
            together(&own, &months),
            None,
            "month by month, the same half"
        );
        assert_eq!(
            together(
                &own,
                &[other("2026-27", "1"), line("c", "2026-04", "1/2", None)]
            ),
            Some("2".to_owned())
        );
        let mut foreign = other("2026-27-Q1", "1");
        foreign.measure = "people".to_owned();
        assert_eq!(together(&own, &[foreign]), None, "another measure");
    }

    #[test]
    fn v11_lines_of_one_contract_add_up_where_they_say_the_same() {
        let twice = [
            line("a", "2026-27-Q1", "2/3", None),
            line("a", "2026-27-Q1", "2/3", None),
        ];
        assert_eq!(together(&twice, &[]), Some("4/3".to_owned()));
        let groups = [
            line("a", "2026-27-Q1", "1", Some("x")),
            line("a", "2026-27-Q1", "1", Some("y")),
        ];
        assert_eq!(together(&groups, &[]), None, "two parts of it");
    }
}
