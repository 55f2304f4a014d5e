//! Measuring: time on the wall, and processor time of everything but the one who asks.

use std::time::{Duration, Instant};

/// Rounds of every row.
pub const ROUNDS: usize = 7;

/// The time of one of `times` turns of a piece of work that no other thread takes part in.
pub fn each(times: u32, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    for _ in 0..times {
        work()?;
    }
    Ok(begin.elapsed() / times)
}

/// The processor time that all other threads of this process spend on one of `times` turns: what a request costs
/// a server, without what it costs the client beside it.
pub fn each_by_others(
    times: u32,
    mut work: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<Duration> {
    let before = others()?;
    for _ in 0..times {
        work()?;
    }
    Ok(others()?.saturating_sub(before) / times)
}

/// Processor time so far of all threads but this one.
fn others() -> anyhow::Result<Duration> {
    let own = std::fs::read_link("/proc/thread-self")?;
    let mut nanos = 0_u64;
    for task in std::fs::read_dir("/proc/self/task")? {
        let task = task?;
        if Some(task.file_name().as_os_str()) == own.file_name() {
            continue;
        }
        let text = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        let spent = text.split(' ').next().and_then(|word| word.parse().ok());
        nanos += spent.unwrap_or(0);
    }
    Ok(Duration::from_nanos(nanos))
}
