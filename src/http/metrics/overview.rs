//! What is asked of the database when somebody reads `/metrics`: little, and seldom.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use metrics::Label;

use crate::domain::moment::Moment;
use crate::operations::Office;
use crate::storage::{self, StorageError, Tallied, Tx};

use super::Metrics;

/// For so long what was found is told again, in microseconds: several readers cost no more than one.
const FRESH: i64 = 30_000_000;
/// Longer it is not waited for: what was found before is told again.
const LONGEST_LOOK: Duration = Duration::from_secs(2);
/// The states of a return, told even where there is none of them.
const STATES: [&str; 5] = ["draft", "submitted", "sent_back", "accepted", "rejected"];
/// So long the database has to say that it is there.
const LONGEST_PING: Duration = Duration::from_millis(800);

/// When it was last looked how much is kept.
#[derive(Default)]
pub struct LastLook(Mutex<Option<Moment>>);

impl LastLook {
    /// Whether it is time to look again; who is told so looks.
    fn is_over(&self, at: Moment) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = last.is_none_or(|last| !(0..FRESH).contains(&(at.micros() - last.micros())));
        if is_over {
            *last = Some(at);
        }
        is_over
    }

    fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Metrics {
    /// Brings up to date what is not counted as it happens.
    pub async fn look(&self, office: &Office) {
        let ping = tokio::time::timeout(LONGEST_PING, office.store.ping()).await;
        let is_up = matches!(ping, Ok(Ok(())));
        self.set("goodmeasure_database_up", u64::from(is_up));
        self.tell_tally(&office.store.tallied());
        if is_up && self.last_look.is_over((office.clock)()) {
            let look = async |tx: &mut Tx| storage::overview::overview(tx).await;
            let look = office.store.read_standby::<_, StorageError>(look);
            match tokio::time::timeout(LONGEST_LOOK, look).await {
                Ok(Ok(found)) => self.tell_overview(&found),
                _ => self.last_look.forget(),
            }
        }
    }

    fn tell_overview(&self, found: &storage::overview::Overview) {
        let postings = u64::try_from(found.postings).unwrap_or_default();
        self.counter("goodmeasure_ledger_postings_total", Vec::new())
            .absolute(postings);
        for state in STATES {
            let count = found.returns.iter().find(|(known, _)| known == state);
            let count = count.map_or(0, |(_, count)| u64::try_from(*count).unwrap_or_default());
            let labels = vec![Label::from_static_parts("state", state)];
            self.set_labelled("goodmeasure_returns", labels, count);
        }
    }

    fn tell_tally(&self, tallied: &Tallied) {
        for (name, count) in [
            ("goodmeasure_database_commits_total", tallied.commits),
            ("goodmeasure_database_rollbacks_total", tallied.rollbacks),
            ("goodmeasure_database_retries_total", tallied.retries),
            ("goodmeasure_database_unknown_total", tallied.unknown),
            ("goodmeasure_database_waits_total", tallied.waits),
            ("goodmeasure_database_timeouts_total", tallied.timeouts),
        ] {
            self.counter(name, Vec::new()).absolute(count);
        }
        for (least, count) in &tallied.flushes {
            let labels = vec![Label::new("shared_by_at_least", least.to_string())];
            self.counter("goodmeasure_database_flushes_total", labels)
                .absolute(*count);
        }
        self.set(
            "goodmeasure_database_connections",
            tallied.connections.into(),
        );
        self.set("goodmeasure_database_connections_idle", tallied.idle.into());
        self.set("goodmeasure_database_waiting", tallied.waiting);
    }
}
