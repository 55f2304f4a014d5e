//! Re-valuing a portfolio, against the bare read of the same rows from the same database.

use std::time::Instant;

use futures_util::TryStreamExt;
use goodmeasure::domain::amount::{Quantity, Share};
use goodmeasure::domain::contract::Contract;
use goodmeasure::domain::edition::EditionId;
use goodmeasure::domain::funding::FundingSource;
use goodmeasure::domain::ledger::difference::{Head, difference};
use goodmeasure::domain::ledger::posting::GENESIS;
use goodmeasure::domain::ledger::standing::{self, Ground};
use goodmeasure::domain::period::Period;
use goodmeasure::domain::place::Places;
use goodmeasure::domain::report::{Attestation, Done, ReportLine, Return, Revision, State};
use goodmeasure::domain::valuation::Reported;
use goodmeasure::operations::Refusal;
use goodmeasure::operations::portfolio::{Portfolio, PortfolioGiven, Sees, portfolio};
use goodmeasure::operations::roll_up::RollUpAsked;
use goodmeasure::storage::{self, Tx};
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::meter::ROUNDS;
use crate::table::{Goal, Table};
use crate::world::World;

const EDITION: &str = "open-uk/2026";
const QUARTERS: usize = 16;
/// Lines of a return.
const LINES: usize = 250;
/// Measures of the lines: of the default shelf, in all columns, by area, by year, and without £.
const MEASURES: [&str; 10] = [
    "local-job-fte",
    "spend-local",
    "volunteering-hours",
    "expert-volunteering-hours",
    "trees-planted",
    "conservation-hours",
    "car-miles-saved",
    "carbon-saved",
    "donation-cash",
    "staff-wellbeing-access",
];

/// The rows of this group: 200 thousand lines, or 2 million.
pub async fn rows(table: &mut Table, full: bool) -> anyhow::Result<()> {
    let contracts = if full { 500 } else { 50 };
    let world = World::on_sqlite(8).await?;
    one(table, "SQLite", &world, contracts).await?;
    match World::on_postgres(8).await? {
        Some(world) => one(table, "PostgreSQL", &world, contracts).await?,
        None => table.left_out("PostgreSQL re-valuing a portfolio", "no server is named"),
    }
    Ok(())
}

async fn one(
    table: &mut Table,
    engine: &str,
    world: &World,
    contracts: usize,
) -> anyhow::Result<()> {
    let begin = Instant::now();
    for number in 0..contracts {
        let holders: Vec<usize> = match number % 4 {
            0 => vec![number, number + 1, number + 2],
            _ => vec![number],
        };
        let id = world.contract_of(&holders).await?;
        load(world, &id).await?;
    }
    let lines = contracts * QUARTERS * LINES;
    let took = begin.elapsed().as_secs();
    println!("{engine}: {lines} lines were loaded in {took} s");
    for (by, promise) in [
        (vec!["anchor_institution", "theme"], "by anchor and theme"),
        (vec!["contract", "measure"], "by contract and measure"),
    ] {
        let mut rounds = Vec::new();
        for round in 0..=ROUNDS {
            let begin = Instant::now();
            let found = revalued(world, &by).await?;
            let ours = begin.elapsed();
            let begin = Instant::now();
            let read = bare(&world.url).await?;
            let plain = begin.elapsed();
            check(&found, lines, read)?;
            let count = u32::try_from(lines)?;
            if round > 0 {
                rounds.push((ours / count, plain / count));
            }
        }
        let promise = format!("{engine} re-valuing {lines} lines, {promise} / bare read");
        table.row(&promise, Goal::SpeedAtLeast(25), &rounds);
    }
    Ok(())
}

/// Nothing was left out, and under their own edition lines are worth what they are.
fn check(found: &Portfolio, lines: usize, read: usize) -> anyhow::Result<()> {
    let totals = found.totals.iter();
    let under = totals.clone().filter_map(|total| total.under.as_ref());
    let counted: i64 = under
        .map(|side| side.lines.valued + side.lines.record_only)
        .sum();
    let same = totals
        .clone()
        .all(|total| total.difference().unwrap_or_default() == 0);
    let all = usize::try_from(counted)? == lines && read == lines;
    anyhow::ensure!(all && same, "{counted} of {lines} lines, {read} read");
    Ok(())
}

async fn revalued(world: &World, by: &[&str]) -> anyhow::Result<Portfolio> {
    let some = |text: &str| Some(text.to_owned());
    let given = PortfolioGiven {
        edition: some(EDITION),
        by: by.iter().map(|word| some(word)).collect(),
        stages: vec![some("claimed")],
        filters: RollUpAsked::default(),
        ..PortfolioGiven::default()
    };
    let (office, actor) = (&world.office, &world.actor);
    let sees = Sees {
        drafts: true,
        kept: true,
    };
    let found = portfolio(office, actor, (office.clock)(), &given, sees, Vec::new()).await;
    found.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}

/// The columns that a worth depends on, row by row as they come, and nothing done with them.
async fn bare(url: &str) -> anyhow::Result<usize> {
    const ROWS: &str = "
        select revision, line, measure, reported, place, contract_share, share_and_attribution
        from return_line where partnership_id = $1";
    type Row = (
        i64,
        String,
        String,
        String,
        Option<String>,
        String,
        Option<String>,
    );
    let mut read = 0;
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(url).await?;
        let query = sqlx::query_as::<_, Row>(ROWS).bind("default");
        let mut rows = query.fetch(&mut connection);
        while let Some(row) = rows.try_next().await? {
            std::hint::black_box(&row);
            read += 1;
        }
    } else {
        let mut connection = SqliteConnection::connect(url).await?;
        let query = sqlx::query_as::<_, Row>(ROWS).bind("default");
        let mut rows = query.fetch(&mut connection);
        while let Some(row) = rows.try_next().await? {
            std::hint::black_box(&row);
            read += 1;
        }
    }
    Ok(read)
}

/// Sixteen returns that are submitted, with all that was posted of them.
async fn load(world: &World, id: &str) -> anyhow::Result<()> {
    let partnership = world.actor.partnership.as_str();
    let missing = || anyhow::anyhow!("a name cannot be read");
    let edition = EditionId::parse(EDITION).ok_or_else(missing)?;
    let edition = world
        .office
        .catalogue
        .edition(&edition)
        .ok_or_else(missing)?;
    let read = async |tx: &mut Tx| {
        let contract = storage::contract::find(tx, partnership, id).await?;
        let places = storage::place::all(tx, partnership).await?;
        Ok::<_, Refusal>((contract, places))
    };
    let (contract, places): (Option<Contract>, Places) = world.office.store.read(read).await?;
    let contract = contract.ok_or_else(missing)?;
    let ground = Ground {
        contract: &contract,
        edition,
        places: &places,
        commitments: &[],
    };
    let mut head = Head {
        length: 0,
        hash: GENESIS.to_owned(),
        recorded_at: (world.office.clock)(),
    };
    for quarter in 0..QUARTERS {
        let year = 2025 + quarter / 4;
        let label = format!("{year}-{}-Q{}", year - 1999, quarter % 4 + 1);
        let period = Period::parse(&label).ok_or_else(missing)?;
        let at = (world.office.clock)();
        let done = Done {
            at,
            by: "bench".to_owned(),
        };
        let draft = Revision {
            number: 1,
            lines: (0..LINES)
                .map(|line| line_of(quarter, line))
                .collect::<Option<_>>()
                .ok_or_else(missing)?,
            attestation: Attestation::default(),
            saved: done.clone(),
            state: State::Draft,
        };
        let given = Return {
            period,
            revisions: vec![Revision {
                state: State::Submitted(done.clone()),
                ..draft.clone()
            }],
        };
        let should = standing::of_return(&ground, &given);
        let should = should.map_err(|fault| anyhow::anyhow!("{fault}"))?;
        let chain = difference(id, &head, &[], should, at, "loaded");
        let work = async |tx: &mut Tx| {
            storage::report::put_draft(tx, partnership, id, period, &draft).await?;
            storage::report::submit(tx, partnership, id, period, 1, &done).await?;
            storage::posting::append(tx, partnership, id, FundingSource::ContractPrice, &chain)
                .await?;
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

fn line_of(quarter: usize, line: usize) -> Option<ReportLine> {
    let places = ["halton", "liverpool", "wirral"];
    let micro = i64::try_from((quarter * LINES + line) % 4_000).ok()? * 12_340_000 + 250_000;
    let share = if line.is_multiple_of(20) { "1/3" } else { "1" };
    Some(ReportLine {
        line: line.to_string(),
        measure: (*MEASURES.get(line % MEASURES.len())?).to_owned(),
        reported: Reported::Quantity(Quantity::from_micro(micro)?),
        starters: None,
        place: places.get(line % 4).map(|place| (*place).to_owned()),
        target_group: None,
        tier: 0,
        activity: None,
        contract_share: Share::parse(share).ok()?,
        share_and_attribution: None,
        note: None,
        evidence: Vec::new(),
    })
}
