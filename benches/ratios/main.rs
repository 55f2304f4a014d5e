//! What speed is promised, and whether it is kept: `cargo bench` prints a table of ratios.
//!
//! Each row does the work of Good Measure and the barest form of the same work in turns, in one run: the machine
//! is the same for both, and only the ratio is told. The numbers are medians over rounds.
//!
//! `cargo bench -- --full` loads 2 million postings or lines, not 200 thousand; `cargo bench -- returns` runs one group.
// The composition root of the bench: the clock is read here.
#![allow(clippy::disallowed_methods)]

mod bare;
mod client;
mod loading;
mod meter;
mod portfolio;
mod returns;
mod roll_ups;
mod start;
mod table;
mod valuing;
mod world;

use table::Table;

/// What was asked for on the command line.
struct Asked {
    /// Load 2 million postings.
    full: bool,
    /// Names of groups; all when empty.
    groups: Vec<String>,
}

impl Asked {
    fn read() -> Self {
        let (options, groups) = std::env::args()
            .skip(1)
            .partition::<Vec<_>, _>(|word| word.starts_with("--"));
        Self {
            full: options.iter().any(|option| option == "--full"),
            groups,
        }
    }

    fn wants(&self, group: &str) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|asked| asked == group)
    }
}

fn main() -> anyhow::Result<()> {
    let asked = Asked::read();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut table = Table::begin();
    runtime.block_on(async {
        if asked.wants("valuing") {
            valuing::rows(&mut table).await?;
        }
        if asked.wants("returns") {
            returns::rows(&mut table).await?;
        }
        if asked.wants("cached") {
            roll_ups::cached(&mut table, &loading::small().await?).await?;
        }
        if asked.wants("loading") || asked.wants("roll-ups") {
            let (small, large) = loading::rows(&mut table, asked.full).await?;
            roll_ups::anew(&mut table, &small, &large)?;
        }
        if asked.wants("portfolio") {
            portfolio::rows(&mut table, asked.full).await?;
        }
        if asked.wants("start") {
            start::rows(&mut table).await?;
        }
        anyhow::Ok(())
    })?;
    table.end();
    Ok(())
}
