//! From nothing to the first answer, on a database that is there.

use std::time::{Duration, Instant};

use goodmeasure::http;
use goodmeasure::operations::open_partnership::open_partnership;

use crate::client::{Client, request};
use crate::meter::ROUNDS;
use crate::table::{Goal, Table};
use crate::world::{KEY, World, office};

/// The rows of this group. The bare work is the promise itself: a fifth of a second.
pub async fn rows(table: &mut Table) -> anyhow::Result<()> {
    let world = World::on_sqlite(1).await?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let office = office(&world.url).await?;
        anyhow::ensure!(
            office.store.is_migrated().await?,
            "the tables are not there"
        );
        open_partnership(&office, "default", Some(KEY), (office.clock)()).await?;
        let listening = http::listen(office, "127.0.0.1:0", 1, http::Settings::default())?;
        let (address, handle) = (listening.address, listening.handle);
        let server = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.map(|runtime| runtime.block_on(listening.server))
        });
        let answer = Client::to(address)?.send(&request("GET", "/v1/organisations", KEY, ""))?;
        rounds.push((begin.elapsed(), Duration::from_millis(200)));
        anyhow::ensure!(answer > 0, "an empty answer");
        handle.stop(false).await;
        drop(server);
    }
    table.row(
        "start to first answer / 0.2 s",
        Goal::CostAtMost(100),
        &rounds,
    );
    Ok(())
}
