//! Sample data of a fixed seed, marked as sample everywhere: a partnership of nine places, its anchor
//! institutions, suppliers, contracts, and eight quarters of returns in all states.

mod bodies;
mod chance;
mod contracts;
mod returns;
mod story;

use crate::domain::moment::Moment;
use crate::domain::period::Day;

use super::{Actor, Office, Refusal};

pub use bodies::Bodies;

/// Who writes the sample: one reports, the other decides (L7).
#[derive(Debug, Clone)]
pub struct Writers {
    /// Posts contracts and reports for suppliers.
    pub reporter: Actor,
    /// Decides returns.
    pub commissioner: Actor,
}

/// What was made.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// Anchor institutions, suppliers.
    pub bodies: Bodies,
    /// Ids of the contracts.
    pub contracts: Vec<String>,
    /// Number of commitments.
    pub commitments: usize,
    /// Number of returns.
    pub returns: usize,
    /// The contract of the story that the README tells.
    pub story: String,
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
    let mut made = Made {
        bodies: bodies::add(office, &writers.reporter).await?,
        ..Made::default()
    };
    for number in 0..contracts::COUNT {
        let contract = contracts::add(office, writers, &made.bodies, number, &mut chance).await?;
        made.commitments += contract.commitments.len();
        made.returns += returns::report(office, writers, &contract, &mut chance).await?;
        made.contracts.push(contract.id);
        progress(made.contracts.len());
    }
    made.story = story::tell(office, writers).await?;
    made.commitments += story::COMMITMENTS;
    made.returns += story::RETURNS;
    made.contracts.push(made.story.clone());
    Ok(made)
}

/// Nine in the morning of a day, UTC.
fn morning(day: Day) -> Moment {
    Moment::from_micros(
        day.and_hms_opt(9, 0, 0)
            .map_or(0, |time| time.and_utc().timestamp_micros()),
    )
}
