//! Sample data of a fixed seed, marked as sample everywhere: a partnership of nine places, its anchor
//! institutions, suppliers, contracts, a volunteering day, and eight quarters of returns in all states.

mod activity;
mod bodies;
mod chance;
mod contracts;
mod returns;
mod story;

use crate::domain::moment::Moment;
use crate::domain::period::Day;

use super::{Actor, Office, Refusal};

pub use bodies::{Bodies, Body};
pub use story::Story;

/// Who writes the sample, each everything it may: one reports, the other decides (L7).
#[derive(Debug, Clone)]
pub struct Writers {
    /// Posts contracts and reports for suppliers.
    pub reporter: Actor,
    /// Decides returns.
    pub commissioner: Actor,
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// Anchor institutions, suppliers.
    pub bodies: Bodies,
    /// Ids of the contracts.
    pub contracts: Vec<String>,
    /// Id of what an anchor institution does itself.
    pub activity: Option<String>,
    /// Number of commitments.
    pub commitments: usize,
    /// Number of returns.
    pub returns: usize,
    /// The story that the README tells.
    pub story: Story,
}

/// Makes the sample. `progress` is told how many contracts are done.
///
/// # Errors
/// What any operation may refuse; on a fresh partnership none does.
pub async fn sample(
    office: &Office,
    writers: &Writers,
    mut progress: impl FnMut(usize),
) -> Result<Made, Refusal> {
    let mut chance = chance::Chance::new(2026);
    let bodies = bodies::add(office, &writers.reporter).await?;
    let (mut contracts, mut commitments, mut returns) = (Vec::new(), 0, 0);
    for number in 0..contracts::COUNT {
        let contract = contracts::add(office, writers, &bodies, number, &mut chance).await?;
        commitments += contract.commitments.len();
        returns += returns::report(office, writers, &contract, &mut chance).await?;
        contracts.push(contract.id);
        progress(contracts.len());
    }
    let story = story::tell(office, writers).await?;
    contracts.push(story.contract.clone());
    let activity = match bodies.anchors.first() {
        Some(anchor) => Some(activity::add(office, writers, anchor).await?),
        None => None,
    };
    Ok(Made {
        bodies,
        contracts,
        activity,
        commitments: commitments + story::COMMITMENTS,
        returns: returns + story::RETURNS + activity::RETURNS,
        story,
    })
}

/// Nine in the morning of a day, UTC.
fn morning(day: Day) -> Moment {
    Moment::from_micros(
        day.and_hms_opt(9, 0, 0)
            .map_or(0, |time| time.and_utc().timestamp_micros()),
    )
}
