//! Reading a roll-up of a hundred rows, against a fixed body of the same size from the same binary.

use crate::client::{Client, request};
use crate::meter::{ROUNDS, each_by_others};
use crate::table::{Goal, Table};
use crate::world::{KEY, World, serve_fixed};

/// By anchor institution and theme, all in one page.
const ASKED: &str = "/v1/roll-ups?by=anchor_institution,theme&stage=verified&limit=200";

/// The rows of this group.
pub async fn rows(table: &mut Table, small: &World, large: &World) -> anyhow::Result<()> {
    let mut of_small = Client::to(small.serve()?)?;
    let mut of_large = Client::to(large.serve()?)?;
    let asked = request("GET", ASKED, KEY, "");
    let length = of_large.send(&asked)?;
    of_small.send(&asked)?;
    println!("the roll-up has {length} bytes");
    let mut fixed = Client::to(serve_fixed("x".repeat(length))?)?;
    let bare = request("GET", "/fixed", KEY, "");
    let (mut repeated, mut cold, mut growth) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let plain = each_by_others(1_000, || fixed.send(&bare).map(drop))?;
        let same = each_by_others(200, || of_large.send(&asked).map(drop))?;
        let mut day = 0;
        let mut other = |client: &mut Client| {
            // A first day before all data that was never asked for before: the same rows, and nothing to repeat.
            day += 1;
            let path = format!(
                "{ASKED}&from={}-{:02}-{:02}",
                1900 + round,
                day / 28 % 12 + 1,
                day % 28 + 1
            );
            client.send(&request("GET", &path, KEY, "")).map(drop)
        };
        let many = each_by_others(100, || other(&mut of_large))?;
        let few = each_by_others(100, || other(&mut of_small))?;
        repeated.push((same, plain));
        cold.push((many, plain));
        growth.push((many, few));
    }
    table.row(
        "roll-up, repeated / fixed body of its size (server CPU)",
        Goal::CostAtMost(200),
        &repeated,
    );
    table.row(
        "roll-up, not asked before / fixed body (server CPU)",
        Goal::CostAtMost(1_000),
        &cold,
    );
    table.row(
        "roll-up over many postings / over 20 thousand (server CPU)",
        Goal::CostAtMost(120),
        &growth,
    );
    Ok(())
}
