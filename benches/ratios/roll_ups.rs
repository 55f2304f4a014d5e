//! Reading a roll-up of a hundred rows, again and anew, against a fixed body of the same size from the same binary;
//! and what of that is the access check.

use std::time::{Duration, Instant};

use goodmeasure::operations::Refusal;
use goodmeasure::storage::{Tx, chain};

use crate::client::{Client, request, request_held};
use crate::meter::{ROUNDS, each_by_others};
use crate::table::{Goal, Round, Table};
use crate::world::{KEY, World, serve_checked, serve_fixed};

/// By anchor institution and theme, all in one page.
const ASKED: &str = "/v1/roll-ups?by=anchor_institution,theme&stage=verified&limit=200";
/// As many rows as fit into 20 KB.
const SHORTER: &str = "/v1/roll-ups?by=anchor_institution,theme&stage=verified&limit=50";
/// Bytes of the largest answer for which a goal is set.
const PROMISED: usize = 20_000;
/// A commissioner's organisations.
const OWN: usize = 3;

/// A first day before all data that was never asked for before: the same rows, and nothing to repeat.
struct Days(u32);

impl Days {
    /// The question of one more day.
    fn next(&mut self) -> Vec<u8> {
        self.0 += 1;
        let (year, day) = (1900 + self.0 / 336, self.0 % 336);
        let path = format!(
            "{ASKED}&from={year}-{:02}-{:02}",
            day / 28 + 1,
            day % 28 + 1
        );
        request("GET", &path, KEY, "")
    }
}

/// The processor time that a server spends on a request that is sent again and again.
fn repeated(client: &mut Client, sent: &[u8]) -> anyhow::Result<Duration> {
    client.send(sent)?;
    each_by_others(2_000, || client.send(sent).map(drop))
}

/// A roll-up that is read again and again, and what was measured of it.
struct Again {
    promise: &'static str,
    goals: (Goal, Goal),
    sent: Vec<u8>,
    held: Vec<u8>,
    fixed: Client,
    whole: Vec<Round>,
    unchanged: Vec<Round>,
}

impl Again {
    fn of(
        sold: &mut Client,
        promise: &'static str,
        (path, key): (&str, &str),
    ) -> anyhow::Result<Self> {
        let sent = request("GET", path, key, "");
        let length = sold.send(&sent)?;
        println!("{promise}: {length} bytes");
        let goals = match length <= PROMISED {
            true => (Goal::CostAtMost(200), Goal::CostAtMost(150)),
            false => (Goal::None, Goal::None),
        };
        Ok(Self {
            promise,
            goals,
            sent,
            held: request_held(path, key),
            fixed: Client::to(serve_fixed("x".repeat(length))?)?,
            whole: Vec::new(),
            unchanged: Vec::new(),
        })
    }

    fn round(&mut self, sold: &mut Client) -> anyhow::Result<Duration> {
        let plain = repeated(&mut self.fixed, &request("GET", "/fixed", KEY, ""))?;
        self.whole.push((repeated(sold, &self.sent)?, plain));
        self.unchanged.push((repeated(sold, &self.held)?, plain));
        Ok(plain)
    }

    fn tell(&self, table: &mut Table) {
        let promise = self.promise;
        let whole = format!("{promise} / fixed body");
        table.row(&whole, self.goals.0, &self.whole);
        let unchanged = format!("{promise}, 304 / fixed body");
        table.row(&unchanged, self.goals.1, &self.unchanged);
    }
}

/// What was answered before, and beside it what was not, and the access check alone; all in server CPU.
pub async fn cached(table: &mut Table, world: &World) -> anyhow::Result<()> {
    let key = world.key_of_commissioner(OWN).await?;
    let mut sold = Client::to(world.serve()?)?;
    let mut again = [
        Again::of(&mut sold, "cached roll-up, administrator", (SHORTER, KEY))?,
        Again::of(
            &mut sold,
            "cached roll-up, commissioner of 3",
            (SHORTER, &key),
        )?,
        Again::of(&mut sold, "cached roll-up of 100 rows", (ASKED, KEY))?,
    ];
    let body = "x".repeat(sold.send(&request("GET", SHORTER, KEY, ""))?);
    let mut open = Client::to(serve_checked(world.office.clone(), body.clone(), false)?)?;
    let mut checked = Client::to(serve_checked(world.office.clone(), body, true)?)?;
    let of_all = request("GET", SHORTER, KEY, "");
    let of_three = request("GET", SHORTER, &key, "");
    let (mut check, mut check_of_three, mut new) = (Vec::new(), Vec::new(), Vec::new());
    let mut days = Days(0);
    for _ in 0..ROUNDS {
        let mut plain = Duration::ZERO;
        for one in &mut again {
            plain = one.round(&mut sold)?;
        }
        let read = each_by_others(100, || sold.send(&days.next()).map(drop))?;
        new.push((read, plain));
        let nobody = repeated(&mut open, &of_all)?;
        check.push((repeated(&mut checked, &of_all)?, nobody));
        check_of_three.push((repeated(&mut checked, &of_three)?, nobody));
    }
    again.iter().for_each(|one| one.tell(table));
    let promise = "roll-up of 100 rows, not asked before / fixed body";
    table.row(promise, Goal::CostAtMost(1_000), &new);
    let promise = "fixed body behind the access check, administrator / without";
    table.row(promise, Goal::None, &check);
    let promise = "fixed body behind the access check, commissioner of 3 / without";
    table.row(promise, Goal::None, &check_of_three);
    stamp(table, world).await
}

/// The question whether anything changed, as it is asked at most four times a second, against one roll-up read anew.
async fn stamp(table: &mut Table, world: &World) -> anyhow::Result<()> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        for _ in 0..100 {
            let ask = async |tx: &mut Tx| {
                let stamp = chain::stamp(tx, &world.actor.partnership).await?;
                Ok::<_, Refusal>(stamp)
            };
            world.office.store.read(ask).await?;
        }
        rounds.push((begin.elapsed() / 100, Duration::from_millis(1)));
    }
    table.row("the stamp of all contracts / 1 ms", Goal::None, &rounds);
    Ok(())
}

/// What was not asked before.
pub fn anew(table: &mut Table, small: &World, large: &World) -> anyhow::Result<()> {
    let mut of_small = Client::to(small.serve()?)?;
    let mut of_large = Client::to(large.serve()?)?;
    let length = of_large.send(&request("GET", ASKED, KEY, ""))?;
    let mut fixed = Client::to(serve_fixed("x".repeat(length))?)?;
    let bare = request("GET", "/fixed", KEY, "");
    let (mut cold, mut growth) = (Vec::new(), Vec::new());
    let mut days = Days(0);
    for _ in 0..ROUNDS {
        let plain = repeated(&mut fixed, &bare)?;
        let many = each_by_others(100, || of_large.send(&days.next()).map(drop))?;
        let few = each_by_others(100, || of_small.send(&days.next()).map(drop))?;
        cold.push((many, plain));
        growth.push((many, few));
    }
    table.row(
        "roll-up of 100 rows over many postings / fixed body (server CPU)",
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
