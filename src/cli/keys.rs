//! `goodmeasure keys`: makes, lists, rotates and revokes keys.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::layout::Table;
use super::office::{Database, Within, block_on, now, operator_in, told};
use crate::domain::key::{Key, KeyState};
use crate::domain::moment::Moment;
use crate::operations::keys::{self, KeyGiven, RotationGiven, USUAL_OVERLAP};
use crate::operations::{Actor, Office};
use crate::storage::Tx;
use crate::storage::key::KeyFilter;

/// Keys read at once.
const PAGE: usize = 200;

/// Makes, lists, rotates and revokes the keys of a partnership.
#[derive(Debug, Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    within: Within,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes a key and prints it, once.
    Create(Create),
    /// Lists keys, without their secrets.
    List,
    /// Makes a key that takes the place of one, and prints it, once; both open for some days.
    Rotate {
        /// Its id, as `keys list` shows it.
        id: String,
        /// Days in which both open, 0 to 90.
        #[arg(long, default_value_t = USUAL_OVERLAP, value_name = "DAYS")]
        overlap: i64,
    },
    /// Takes a key out of use.
    Revoke {
        /// Its id, as `keys list` shows it.
        id: String,
    },
}

#[derive(Debug, Args)]
struct Create {
    /// What people call it.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// `administrator`, `commissioner`, `supplier` or `analyst`.
    #[arg(long, value_name = "ROLE")]
    role: String,
    /// Id of an organisation that a commissioner or supplier acts for; may be given several times.
    #[arg(long = "organisation", value_name = "ID")]
    organisations: Vec<String>,
    /// The last day it opens anything, such as 2027-03-31; at most five years on. Never expires when missing.
    #[arg(long, value_name = "DAY")]
    expires: Option<String>,
    /// An address or network it may be used from, such as 203.0.113.0/24; may be given several times.
    #[arg(long = "network", value_name = "NETWORK")]
    networks: Vec<String>,
}

impl Keys {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        block_on(async {
            let office = self.database.office_that_is_there().await?;
            let actor = operator_in(&office, &self.within.partnership).await?;
            match self.what {
                What::Create(create) => create.run(&office, &actor).await?,
                What::List => list(&office, &actor).await?,
                What::Rotate { id, overlap } => rotate(&office, &actor, &id, overlap).await?,
                What::Revoke { id } => revoke(&office, &actor, &id).await?,
            }
            office.store.close().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}

impl Create {
    async fn run(self, office: &Office, actor: &Actor) -> anyhow::Result<()> {
        let at = now();
        let given = KeyGiven {
            name: Some(self.name),
            role: Some(self.role),
            organisations: self.organisations.into_iter().map(Some).collect(),
            expires_on: self.expires,
            networks: self.networks.into_iter().map(Some).collect(),
        };
        let made = office
            .change(async |tx: &mut Tx| {
                keys::make_key(tx, office.hand(actor, at), &given, Vec::new()).await
            })
            .await
            .map_err(told)?;
        println!("{}", made.text.reveal());
        Ok(())
    }
}

async fn rotate(office: &Office, actor: &Actor, id: &str, overlap: i64) -> anyhow::Result<()> {
    let at = now();
    let given = RotationGiven {
        overlap_days: Some(overlap),
    };
    let made = office
        .change(async |tx: &mut Tx| {
            keys::rotate_key(tx, office.hand(actor, at), id, given, Vec::new()).await
        })
        .await
        .map_err(told)?;
    println!("{}", made.text.reveal());
    Ok(())
}

async fn revoke(office: &Office, actor: &Actor, id: &str) -> anyhow::Result<()> {
    let at = now();
    office
        .change(async |tx: &mut Tx| keys::revoke_key(tx, office.hand(actor, at), id).await)
        .await
        .map_err(told)?;
    println!("revoked");
    Ok(())
}

async fn list(office: &Office, actor: &Actor) -> anyhow::Result<()> {
    let header = [
        "id",
        "name",
        "role",
        "organisations",
        "networks",
        "begins",
        "state",
        "made (UTC)",
        "last used (UTC)",
    ];
    let mut table = Table::new(&header, &[]);
    let at = now();
    let mut after: Option<String> = None;
    loop {
        let limit = i64::try_from(PAGE)?;
        let filter = KeyFilter::default();
        let page = keys::list_keys(office, actor, filter, at, after.as_deref(), limit)
            .await
            .map_err(told)?;
        page.iter().for_each(|key| table.row(row(key, at)));
        match page.last() {
            Some(last) if page.len() == PAGE => after = Some(last.id.clone()),
            _ => break,
        }
    }
    table.lines().iter().for_each(|line| println!("{line}"));
    Ok(())
}

fn row(key: &Key, at: Moment) -> Vec<String> {
    let organisations: Vec<&str> = key.organisations.iter().map(String::as_str).collect();
    let networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
    let or = |list: String, none: &str| {
        if list.is_empty() {
            none.to_owned()
        } else {
            list
        }
    };
    vec![
        key.id.clone(),
        key.name.clone(),
        key.role.to_string(),
        or(organisations.join(","), "all"),
        or(networks.join(","), "any"),
        key.prefix.clone(),
        state(key, at),
        minute(key.created_at),
        or(key.last_used_at.map(minute).unwrap_or_default(), "never"),
    ]
}

fn state(key: &Key, at: Moment) -> String {
    match (key.state(at), key.expires_at) {
        // It opens up to the end of a day.
        (KeyState::Live, Some(end)) => format!(
            "opens until {}",
            Moment::from_micros(end.micros() - 1).day()
        ),
        (state, _) => state.to_string(),
    }
}

/// A moment to the minute: `2026-04-01 09:30`.
fn minute(at: Moment) -> String {
    let text = at.to_string();
    text.get(..16).unwrap_or(&text).replace('T', " ")
}
