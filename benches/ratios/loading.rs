//! Loading many postings with their totals, against inserting the same rows with their indexes alone.

use std::time::{Duration, Instant};

use goodmeasure::domain::amount::{Pence, Worth};
use goodmeasure::domain::edition::EditionId;
use goodmeasure::domain::funding::FundingSource;
use goodmeasure::domain::ledger::difference::{Head, difference};
use goodmeasure::domain::ledger::posting::{Content, GENESIS, Identity, Stage, Standing};
use goodmeasure::domain::measure::Column;
use goodmeasure::domain::period::Period;
use goodmeasure::operations::Refusal;
use goodmeasure::storage::{self, Tx};

use crate::bare::{Bare, Rows};
use crate::table::{Goal, Table};
use crate::world::World;

/// Anchor institutions: with three themes, 102 rows of a roll-up.
const ANCHORS: usize = 34;
/// Postings of one transaction.
const AT_ONCE: usize = 2_000;
/// Postings of a round of the race.
const RACE: usize = 20_000;
/// A measure of each theme, twice.
const MEASURES: [(&str, Column); 6] = [
    ("local-job-fte", Column::LocalEconomic),
    ("spend-local", Column::LocalEconomic),
    ("volunteering-hours", Column::Effort),
    ("expert-volunteering-hours", Column::Effort),
    ("trees-planted", Column::Social),
    ("conservation-hours", Column::Effort),
];

/// A world of 20 thousand postings.
pub async fn small() -> anyhow::Result<World> {
    let small = World::on_sqlite(ANCHORS).await?;
    load(&small, 20_000).await?;
    Ok(small)
}

/// The rows of this group, and two worlds: one of 20 thousand postings, one of many more.
pub async fn rows(table: &mut Table, full: bool) -> anyhow::Result<(World, World)> {
    let small = small().await?;
    let large = World::on_sqlite(ANCHORS).await?;
    let many = if full { 2_000_000 } else { 200_000 };
    let begin = Instant::now();
    load(&large, many).await?;
    let took = begin.elapsed();
    println!("{many} postings were loaded in {} s", took.as_secs());
    let rounds = race(&large).await?;
    let goal = Goal::SpeedAtLeast(40);
    table.row(
        "SQLite bulk load of postings, totals kept / bare inserts",
        goal,
        &rounds,
    );
    Ok((small, large))
}

async fn load(world: &World, postings: usize) -> anyhow::Result<()> {
    let contracts = ANCHORS * (postings / 20_000).clamp(1, 10);
    let mut ids = Vec::new();
    for _ in 0..contracts {
        ids.push(world.contract().await?);
    }
    for (number, id) in ids.iter().enumerate() {
        append(world, id, number, postings / contracts).await?;
    }
    Ok(())
}

/// A line that stands.
fn standing(world: &World, holder: usize, line: usize) -> anyhow::Result<Standing> {
    let missing = || anyhow::anyhow!("a name cannot be read");
    let quarter = line % 16;
    let year = 2025 + quarter / 4;
    let label = format!("{year}-{}-Q{}", year - 1999, quarter % 4 + 1);
    let (measure, column) = MEASURES.get(line % MEASURES.len()).ok_or_else(missing)?;
    let anchor = world.anchors.get(holder % ANCHORS).ok_or_else(missing)?;
    let pence = i64::try_from(line)? * 37 + 100;
    Ok(Standing {
        identity: Identity {
            stage: Stage::Verified,
            period: Period::parse(&label).ok_or_else(missing)?,
            line: line.to_string(),
            position: 0,
            anchor: anchor.clone(),
        },
        content: Content {
            measure: (*measure).to_owned(),
            column: Some(*column),
            supplier: world.supplier().to_owned(),
            place: Some("halton".to_owned()),
            tier: 0,
            target_group: None,
            edition: EditionId::parse("open-uk/2026").ok_or_else(missing)?,
            price_base: "2024-25".to_owned(),
            in_extension: false,
            provisional: false,
            nominal: false,
            quantity_micro: Some(pence * 1000),
            numerator_micro: None,
            denominator_micro: None,
            worth: Pence::new(pence).map_or(Worth::RecordOnly, Worth::Pence),
        },
    })
}

/// Appends to a new chain, in several transactions.
async fn append(world: &World, id: &str, holder: usize, postings: usize) -> anyhow::Result<()> {
    let mut head = Head {
        length: 0,
        hash: GENESIS.to_owned(),
        recorded_at: (world.office.clock)(),
    };
    for first in (0..postings).step_by(AT_ONCE) {
        let lines = first..postings.min(first + AT_ONCE);
        let should = lines
            .map(|line| standing(world, holder, line))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let at = (world.office.clock)();
        let chain = difference(id, &head, &[], should, at, "loaded");
        let partnership = world.actor.partnership.as_str();
        let work = async |tx: &mut Tx| {
            let funding = FundingSource::ContractPrice;
            storage::posting::append(tx, partnership, id, funding, &chain).await?;
            Ok::<_, Refusal>(())
        };
        world.office.store.write(work).await?;
        if let Some(last) = chain.last() {
            head.length = last.sequence;
            head.hash.clone_from(&last.hash);
        }
    }
    Ok(())
}

/// The same number of postings, and the rows that came of them, in turns.
async fn race(world: &World) -> anyhow::Result<Vec<(Duration, Duration)>> {
    let mut bare = Bare::to(&world.url).await?;
    let mut rounds = Vec::new();
    for round in 0..6 {
        let (ours, twin) = (world.contract().await?, world.contract().await?);
        let begin = Instant::now();
        append(world, &ours, round, RACE).await?;
        let took = begin.elapsed();
        let mut parts: Vec<Vec<Rows>> = Vec::new();
        for first in (0..RACE).step_by(AT_ONCE) {
            let last = first + AT_ONCE;
            let which =
                format!("contract_id = '{ours}' and sequence > {first} and sequence <= {last}");
            let rows = bare.read("posting", "posting", &which).await?;
            parts.push(rows.of_contract(&ours, &twin).in_parts(10));
        }
        let begin = Instant::now();
        for part in &parts {
            bare.write(part).await?;
        }
        let count = u32::try_from(RACE)?;
        if round > 0 {
            rounds.push((took / count, begin.elapsed() / count));
        }
    }
    Ok(rounds)
}
