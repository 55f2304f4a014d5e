//! Durable returns, put and submitted, against writing the same rows.

use std::sync::Arc;
use std::time::{Duration, Instant};

use goodmeasure::domain::given::GivenText;
use goodmeasure::domain::report::Attestation;
use goodmeasure::operations::Refusal;
use goodmeasure::operations::put_return::{LineGiven, ReturnGiven, put_return};
use goodmeasure::operations::seen::Seen;
use goodmeasure::operations::submit_return::submit_return;
use goodmeasure::storage::Tx;

use crate::bare::{Bare, Rows};
use crate::meter::ROUNDS;
use crate::table::{Goal, Table};
use crate::valuing::LINES;
use crate::world::World;

/// Quarters of a contract.
const QUARTERS: usize = 16;

/// A contract, the quarter it reports next, and its twin that the bare loop writes to.
struct Pair {
    ours: String,
    bare: String,
}

fn given() -> ReturnGiven {
    let lines = LINES.map(|(measure, quantity)| LineGiven {
        measure: Some(measure.to_owned()),
        figures: GivenText {
            quantity: Some(quantity.to_owned()),
            ..GivenText::default()
        },
        ..LineGiven::default()
    });
    ReturnGiven {
        lines: lines.to_vec(),
        attestation: Attestation {
            contract_and_period_only: true,
            relates_to_commitment: true,
        },
    }
}

/// With the faults, which the text of a refusal only counts.
fn told(refusal: Refusal) -> anyhow::Error {
    anyhow::anyhow!("{refusal:?}")
}

fn label(quarter: usize) -> String {
    let year = 2025 + quarter / 4;
    format!("{year}-{}-Q{}", year - 1999, quarter % 4 + 1)
}

/// The rows of this group.
pub async fn rows(table: &mut Table) -> anyhow::Result<()> {
    let world = Arc::new(World::on_sqlite(4).await?);
    let alone = race(&world, 1, 4, 64).await?;
    let goal = Goal::SpeedAtLeast(40);
    table.row("SQLite returns, 1 client / bare loop", goal, &alone);
    let many = race(&world, 32, 1, 64).await?;
    let goal = Goal::SpeedAtLeast(200);
    table.row("SQLite returns, 32 clients / bare loop", goal, &many);
    let title = "PostgreSQL returns, 1 client / bare loop";
    let Some(world) = World::on_postgres(4).await? else {
        table.left_out(title, "GOODMEASURE_TEST_POSTGRES is not set");
        return Ok(());
    };
    let world = Arc::new(world);
    let alone = race(&world, 1, 4, 64).await?;
    table.row(title, Goal::SpeedAtLeast(40), &alone);
    let many = race(&world, 16, 1, 64).await?;
    let title = "PostgreSQL returns, 16 clients / bare loop of one";
    table.row(title, Goal::None, &many);
    Ok(())
}

/// Rounds of `returns` returns by `clients`, each with `contracts` contracts of its own.
async fn race(
    world: &Arc<World>,
    clients: usize,
    contracts: usize,
    returns: usize,
) -> anyhow::Result<Vec<(Duration, Duration)>> {
    let mut pairs = Vec::new();
    let mut rounds = Vec::new();
    let mut bare = Bare::to(&world.url).await?;
    let each = (returns / clients).max(1);
    for round in 0..=ROUNDS {
        // Quarters go up from round to round, until the contracts are full and others take their place.
        let first = round * each / contracts % QUARTERS;
        if first == 0 {
            pairs = Vec::new();
            for _ in 0..clients * contracts {
                pairs.push(Arc::new(Pair {
                    ours: world.contract().await?,
                    bare: world.contract().await?,
                }));
            }
        }
        let work: Vec<Vec<(Arc<Pair>, String)>> = pairs
            .chunks(contracts)
            .map(|own| {
                let turn = |number: usize| {
                    let pair = own.get(number % contracts).cloned();
                    pair.map(|pair| (pair, label(first + number / contracts)))
                };
                (0..each).filter_map(turn).collect()
            })
            .collect();
        let begin = Instant::now();
        report(world, &work).await?;
        let ours = begin.elapsed();
        let same = same_rows(&mut bare, &work).await?;
        let begin = Instant::now();
        for tables in &same {
            bare.write(tables).await?;
        }
        let count = u32::try_from(same.len())?.max(1);
        // The first round warms up.
        if round > 0 {
            rounds.push((ours / count, begin.elapsed() / count));
        }
    }
    Ok(rounds)
}

/// Every client reports its returns one after the other.
async fn report(world: &Arc<World>, work: &[Vec<(Arc<Pair>, String)>]) -> anyhow::Result<()> {
    // One thread, as one worker of the server.
    let local = tokio::task::LocalSet::new();
    let mut clients = tokio::task::JoinSet::new();
    for own in work {
        let (world, own) = (Arc::clone(world), own.clone());
        let client = async move {
            let (office, actor, given) = (&world.office, &world.actor, given());
            for (pair, label) in own {
                let at = (office.clock)();
                let (ours, seen) = (pair.ours.as_str(), &Seen::Vouched);
                let put = async |tx: &mut Tx| {
                    let place = (ours, label.as_str());
                    put_return(tx, office.hand(actor, at), place, &given, seen, Vec::new()).await
                };
                office.change_contract(ours, put).await.map_err(told)?;
                let at = (office.clock)();
                let submit = async |tx: &mut Tx| {
                    submit_return(tx, office.hand(actor, at), ours, &label, seen).await
                };
                office.change_contract(ours, submit).await.map_err(told)?;
            }
            anyhow::Ok(())
        };
        clients.spawn_local_on(client, &local);
    }
    let all = async {
        while let Some(done) = clients.join_next().await {
            done??;
        }
        anyhow::Ok(())
    };
    local.run_until(all).await
}

/// What was written, for the twins: first read, then written again where a clock runs.
async fn same_rows(
    bare: &mut Bare,
    work: &[Vec<(Arc<Pair>, String)>],
) -> anyhow::Result<Vec<Vec<Rows>>> {
    let mut all = Vec::new();
    for (pair, label) in work.iter().flatten() {
        let contract = format!("contract_id = '{}'", pair.ours);
        let of_return = format!("{contract} and period = '{label}'");
        let of_audit = format!(
            "subject_kind = 'return' and subject_id = '{}/{label}'",
            pair.ours
        );
        let mut tables = Vec::new();
        for (table, from, which) in [
            ("chain", "chain", &contract),
            ("return_revision", "return_revision", &of_return),
            ("return_line", "return_line", &of_return),
            ("posting", "posting", &of_return),
            ("contract_total", "contract_total", &of_return),
            ("anchor_total", "contract_total", &of_return),
            ("audit_chain", "audit_chain", &contract),
            ("audit", "audit", &of_audit),
        ] {
            let rows = bare.read(table, from, which).await?;
            anyhow::ensure!(rows.count() > 0, "nothing was written to {table}");
            tables.push(rows.of_contract(&pair.ours, &pair.bare));
        }
        all.push(tables);
    }
    Ok(all)
}
