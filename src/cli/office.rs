//! The composition root: the one place where the clock is read and ids are made.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;

use crate::catalogue::Catalogue;
use crate::domain::moment::Moment;
use crate::operations::open_partnership::{Opened, open_partnership};
use crate::operations::{Actor, Office, Refusal, audit};
use crate::storage::{self, OpenOptions, StorageError, Store, Tx};

/// The file that is made when no database is named.
const DEFAULT_DATABASE: &str = "sqlite://goodmeasure.db";

/// Which database, and what is loaded beside what is shipped.
#[derive(Debug, Clone, Args)]
pub(super) struct Database {
    /// `sqlite://FILE` or `postgres://...`; only the default, `goodmeasure.db` in this folder, is made when missing.
    #[arg(
        long,
        env = "GOODMEASURE_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// A standby of the PostgreSQL server, for roll-ups and lists.
    #[arg(
        long,
        env = "GOODMEASURE_READ_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    read_url: Option<String>,
    /// A further folder of proxies; may be given several times.
    #[arg(long, value_name = "DIR")]
    proxies: Vec<PathBuf>,
}

/// Whose data: the tenant.
#[derive(Debug, Clone, Args)]
pub(super) struct Within {
    /// The partnership.
    #[arg(
        long,
        global = true,
        env = "GOODMEASURE_PARTNERSHIP",
        default_value = "default",
        value_name = "NAME"
    )]
    pub(super) partnership: String,
}

/// The same where it is opened, and made when it is new.
#[derive(Debug, Clone, Args)]
pub(super) struct Partnership {
    #[command(flatten)]
    within: Within,
    /// The administrator key to have; else one is made at the first start and printed once.
    #[arg(
        long,
        env = "GOODMEASURE_ADMIN_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    admin_key: Option<String>,
}

impl Database {
    /// A database of a URL, with nothing but what is shipped.
    pub(super) fn at(url: String) -> Self {
        Self {
            database_url: Some(url),
            read_url: None,
            proxies: Vec::new(),
        }
    }

    /// Opens it, to serve it. The default file is made and migrated; anything else must be there already.
    pub(super) async fn office(&self) -> anyhow::Result<Office> {
        self.office_with(self.database_url.is_none(), false).await
    }

    /// Opens one that is there.
    pub(super) async fn office_that_is_there(&self) -> anyhow::Result<Office> {
        self.office_with(false, false).await
    }

    /// The same for work that goes over everything, and that nobody waits for.
    pub(super) async fn office_over_everything(&self) -> anyhow::Result<Office> {
        self.office_with(false, true).await
    }

    async fn office_with(
        &self,
        create_if_missing: bool,
        over_everything: bool,
    ) -> anyhow::Result<Office> {
        let office = self.connect(create_if_missing, over_everything).await?;
        if create_if_missing {
            migrate(&office).await?;
        }
        if !office.store.is_migrated().await? {
            bail!("the database has not the tables of this version: run `goodmeasure migrate`");
        }
        Ok(office)
    }

    /// Makes the file if it is missing, and makes or completes the tables.
    pub(super) async fn migrated(&self) -> anyhow::Result<Office> {
        let office = self.connect(true, true).await?;
        migrate(&office).await?;
        Ok(office)
    }

    async fn connect(
        &self,
        create_if_missing: bool,
        over_everything: bool,
    ) -> anyhow::Result<Office> {
        let url = self.database_url.as_deref().unwrap_or(DEFAULT_DATABASE);
        let store = Store::open(
            url,
            self.read_url.as_deref(),
            OpenOptions {
                create_if_missing,
                over_everything,
            },
        )
        .await?;
        let Ok(catalogue) =
            Catalogue::shipped_with(&self.proxies).map_err(|faults| super::say(&faults))
        else {
            bail!("the proxies are at fault");
        };
        Ok(Office::new(store, Arc::new(catalogue), now, new_id))
    }
}

/// Makes or completes the tables, and what they hold.
async fn migrate(office: &Office) -> anyhow::Result<()> {
    office.store.migrate().await?;
    audit::seal_older(office, now()).await.map_err(told)
}

impl Partnership {
    /// A partnership of a name.
    pub(super) fn named(name: &str) -> Self {
        Self {
            within: Within {
                partnership: name.to_owned(),
            },
            admin_key: None,
        }
    }

    /// Opens the partnership and prints no key.
    pub(super) async fn open_quietly(&self, office: &Office) -> anyhow::Result<Opened> {
        open_partnership(
            office,
            &self.within.partnership,
            self.admin_key.as_deref(),
            now(),
        )
        .await
        .map_err(told)
    }

    /// Opens the partnership and prints a key made now, once.
    pub(super) async fn open(&self, office: &Office) -> anyhow::Result<Opened> {
        let opened = self.open_quietly(office).await?;
        if let Some(key) = &opened.made_key {
            println!(
                "administrator key of {}, shown this once:\n  {}",
                self.within.partnership,
                key.text.reveal()
            );
        }
        Ok(opened)
    }
}

/// Who acts from the command line: whoever holds the database.
pub(super) fn operator(partnership: &str) -> Actor {
    Actor::administrator(partnership, "command line")
}

/// The same in a partnership that must be there.
pub(super) async fn operator_in(office: &Office, partnership: &str) -> anyhow::Result<Actor> {
    if !is_there(office, partnership).await? {
        bail!(
            "there is no partnership `{partnership}` in this database: `goodmeasure serve --partnership {partnership}` \
            makes it"
        );
    }
    Ok(operator(partnership))
}

/// Whether a database has a partnership.
pub(super) async fn is_there(office: &Office, partnership: &str) -> anyhow::Result<bool> {
    let find = async |tx: &mut Tx| storage::partnership::find(tx, partnership).await;
    let found = office.store.read::<_, StorageError>(find).await?;
    Ok(found.is_some())
}

/// A refusal as text: every fault on a line of its own.
pub(super) fn told(refusal: Refusal) -> anyhow::Error {
    match refusal {
        Refusal::Invalid(faults) => {
            let lines: Vec<String> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
            anyhow::anyhow!("nothing was stored:{}", lines.concat())
        }
        other => anyhow::Error::new(other),
    }
}

/// Runs asynchronous work to its end.
pub(super) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.context("the runtime cannot start")?.block_on(work)
}

/// A folder of its own, which whoever asked for it removes.
pub(super) fn temporary_folder(purpose: &str) -> anyhow::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("goodmeasure-{purpose}-{}", new_id()));
    std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// The clock.
#[allow(
    clippy::disallowed_methods,
    reason = "the composition root reads the clock, and nothing else does"
)]
pub(super) fn now() -> Moment {
    Moment::from_micros(chrono::Utc::now().timestamp_micros())
}

/// An id that sorts by time.
#[allow(
    clippy::disallowed_methods,
    reason = "the composition root makes ids, and nothing else does"
)]
fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
