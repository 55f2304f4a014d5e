//! Low, central and high of a roll-up (V14): totals keep the worth alone, so every line in it is valued again, each under
//! the edition its contract rests on.

use std::collections::BTreeMap;

use crate::domain::moment::Moment;
use crate::domain::roll_up::RollUpLine;
use crate::domain::spread::Spreads;
use crate::storage::total::RollUpRow;
use crate::storage::{self, StorageError, Tx};

use super::super::roll_up::gather::Key;
use super::super::roll_up::{self, Gather, Grain, RollUp, RollUpAsked};
use super::super::{Actor, Office, Refusal};
use super::walk::Walk;
use super::{small_enough, turn};

/// A roll-up with the range of every row and total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranged {
    /// The roll-up.
    pub roll_up: RollUp,
    /// The range of each of its rows, in their order.
    pub rows: Vec<Spreads>,
    /// The range of each of its totals, in their order.
    pub totals: Vec<Spreads>,
}

/// Rolls up with ranges. Ends of values that their licence keeps are told only to one who `sees` such: to others such a
/// worth has none, and enters as it is.
///
/// # Errors
/// As [`roll_up::roll_up`]; `not_together` where the past is asked for; `portfolio_too_large`.
pub async fn ranged_roll_up(
    office: &Office,
    actor: &Actor,
    at: Moment,
    asked: &RollUpAsked,
    sees: bool,
) -> Result<Ranged, Refusal> {
    if asked.known_at.is_some() {
        let message =
            "the range of today is known, and not that of the past: leave one of the two out";
        return Err(Refusal::fault("/range", "not_together", message));
    }
    if asked.prices.is_some() {
        let message = "ranges are told in the prices of each edition: leave one of the two out";
        return Err(Refusal::fault("/range", "not_together", message));
    }
    let faults = roll_up::without_the_store(asked);
    let read = async |tx: &mut Tx| {
        let found = roll_up::rows(tx, office, actor, asked, &faults, Grain::Asked).await?;
        small_enough(&found.rows)?;
        let stamp = storage::chain::stamp(tx, &actor.partnership).await?;
        let places = storage::place::all(tx, &actor.partnership).await?;
        let mut walk = Walk::of(&found.query, &found.editions, &places, None, sees);
        if !found.rows.is_empty() {
            walk.on(tx, &actor.partnership).await?;
        }
        let roll_up = found.told(asked, at, stamp)?;
        let gather = found.gather(asked);
        Ok::<_, Refusal>(Ranged {
            rows: ranges(&gather, &walk, &roll_up.rows, true)?,
            totals: ranges(&gather, &walk, &roll_up.totals, false)?,
            roll_up,
        })
    };
    let _turn = turn(office, actor).await?;
    office.store.read_standby(read).await
}

/// The range of each of some lines.
fn ranges(
    gather: &Gather<'_>,
    walk: &Walk<'_>,
    lines: &[RollUpLine],
    labelled: bool,
) -> Result<Vec<Spreads>, Refusal> {
    let (rows, spreads): (Vec<RollUpRow>, Vec<_>) =
        walk.rows().map(|found| (found.row, found.spread)).unzip();
    let mut by_key: BTreeMap<Key, Spreads> = BTreeMap::new();
    for (key, members) in gather.groups(&rows, labelled)? {
        let mut sum = Spreads::default();
        for index in members {
            if let (Some(row), Some(spread)) = (rows.get(index), spreads.get(index)) {
                let what = "the range of this roll-up".to_owned();
                let sums = sum.and(&row.measure, spread);
                sum = sums.ok_or(StorageError::OutOfRange { what })?;
            }
        }
        by_key.insert(key, sum);
    }
    let range = |line: &RollUpLine| {
        let basis = line.basis.clone();
        let labels = line.labels.clone();
        let key: Key = (labels, line.stage, line.column, basis, line.funding);
        by_key.remove(&key).unwrap_or_default()
    };
    Ok(lines.iter().map(range).collect())
}
