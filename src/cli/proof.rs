//! `goodmeasure export proof` and `goodmeasure verify --bundle`: a contract in one file that proves itself, with no server
//! and no database of anybody.
//!
//! The file holds every row that the contract rests on, the working of every return, and what values its measures. It is
//! looked at in an empty database in a folder of its own: chains and worths are recomputed from the rows, workings and
//! values are made anew and compared word for word, and the digest over the whole finds what nothing else covers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::office::{Database, Within, block_on, operator, operator_in, temporary_folder, told};
use crate::domain::edition::Edition;
use crate::domain::seal::Seal;
use crate::http::{MeasureProxiesShown, ReturnWorking};
use crate::operations::proof::{self, Proof};
use crate::operations::{Actor, Office};
use crate::storage::proof::{Cell, Cells, Table, table};

/// The first word of a file, and its form.
const FORMAT: &str = "goodmeasure proof 1";

/// Exports what proves a figure.
#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    within: Within,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Exports a contract with its returns, their working, the values it is valued with, and its chains;
    /// `goodmeasure verify --bundle FILE` checks it.
    Proof {
        /// Reference of the contract, or its id.
        contract: String,
        /// The file to make; the standard output when missing.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let What::Proof { contract, output } = self.what;
        block_on(async {
            let office = self.database.office_that_is_there().await?;
            let actor = operator_in(&office, &self.within.partnership).await?;
            let taken = proof::prove(&office, &actor, &contract).await;
            let taken = taken.map_err(told).context(contract)?;
            let bundle = bundle(&office, &actor, &taken).await?;
            office.store.close().await;
            let text = format!("{:#}\n", sealed(bundle));
            match output {
                Some(file) => std::fs::write(&file, text)
                    .with_context(|| format!("cannot write {}", file.display()))?,
                None => print!("{text}"),
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Everything but the digest.
async fn bundle(
    office: &Office,
    actor: &Actor,
    taken: &Proof,
) -> anyhow::Result<Map<String, Value>> {
    let mut bundle = said(office, actor, &taken.contract).await?;
    let head = json!({
        "format": FORMAT,
        "partnership": actor.partnership,
        "contract": taken.contract,
        "reference": taken.reference,
    });
    bundle.extend(head.as_object().cloned().unwrap_or_default());
    let tables = taken.tables.iter().map(|table| {
        let rows: Vec<Value> = table.rows.iter().map(row).collect();
        (table.name.to_owned(), Value::from(rows))
    });
    bundle.insert("tables".to_owned(), Value::Object(tables.collect()));
    Ok(bundle)
}

/// What is made from the rows and from the edition, and can be made anew.
async fn said(
    office: &Office,
    actor: &Actor,
    contract: &str,
) -> anyhow::Result<Map<String, Value>> {
    let (edition, explained) = proof::explain(office, actor, contract)
        .await
        .map_err(told)?;
    let workings = explained.into_iter().map(|one| {
        let shown = ReturnWorking::of(one, contract.to_owned(), None, true);
        serde_json::to_value(shown)
    });
    let workings = workings.collect::<Result<Vec<_>, _>>()?;
    let values = values(&edition, &workings)?;
    let said = json!({
        "edition": {"id": edition.id().to_string(), "digest": edition.digest()},
        "values": values,
        "workings": workings,
    });
    Ok(said.as_object().cloned().unwrap_or_default())
}

/// What values the measures that workings name.
fn values(edition: &Edition, workings: &[Value]) -> anyhow::Result<Vec<Value>> {
    let mut measures = BTreeSet::new();
    for line in workings
        .iter()
        .filter_map(|working| working["lines"].as_array())
        .flatten()
    {
        let claimed = line["claimed"]["measure"].as_str();
        measures.extend(claimed.or(line["verified"]["measure"].as_str()));
    }
    let shown = measures
        .into_iter()
        .filter_map(|code| edition.measure(code));
    let shown =
        shown.map(|measure| serde_json::to_value(MeasureProxiesShown::of(edition, measure, true)));
    Ok(shown.collect::<Result<_, _>>()?)
}

fn row(cells: &Cells) -> Value {
    let columns = cells.iter().map(|(name, cell)| {
        let value = match cell {
            Cell::Null => Value::Null,
            Cell::Number(number) => Value::from(*number),
            Cell::Text(text) => Value::from(text.as_str()),
        };
        (name.clone(), value)
    });
    Value::Object(columns.collect())
}

/// The same with the seal over it, as JSON with its keys in order and no space.
fn sealed(mut bundle: Map<String, Value>) -> Value {
    let digest = digest(&bundle);
    bundle.insert("digest".to_owned(), Value::from(digest));
    Value::Object(bundle)
}

fn digest(bundle: &Map<String, Value>) -> String {
    let text = Value::Object(bundle.clone()).to_string();
    Seal::new().text(&text).hex()
}

/// Checks a file, and says what was looked at or what differs first.
pub(super) fn check(file: &Path) -> anyhow::Result<ExitCode> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let read: Value =
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
    let Value::Object(mut bundle) = read else {
        bail!("{} is no proof: it is not an object", file.display());
    };
    if bundle.get("format").and_then(Value::as_str) != Some(FORMAT) {
        bail!(
            "{} is no proof of a form that is known: /format is not `{FORMAT}`",
            file.display()
        );
    }
    let digest_said = bundle.remove("digest");
    let folder = temporary_folder("proof")?;
    let found = block_on(differences(&folder, &bundle));
    // What is in it came from the file.
    let _ = std::fs::remove_dir_all(&folder);
    let (mut differences, looked) = found?;
    if differences.is_empty() && digest_said != Some(Value::from(digest(&bundle))) {
        differences.push(
            "/digest: it is not that of the file: something changed that no chain and no working covers, such as a name"
                .to_owned(),
        );
    }
    for difference in &differences {
        println!("{difference}");
    }
    if differences.is_empty() {
        println!("{looked}: clean");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{looked}: {} difference(s)", differences.len());
    Ok(ExitCode::FAILURE)
}

/// What differs, and a word about what was looked at.
async fn differences(
    folder: &Path,
    bundle: &Map<String, Value>,
) -> anyhow::Result<(Vec<String>, String)> {
    let text = |name: &str| {
        let text = bundle.get(name).and_then(Value::as_str);
        text.with_context(|| format!("/{name}: a text is needed"))
    };
    let (partnership, contract) = (text("partnership")?, text("contract")?);
    let tables = tables(bundle)?;
    let database = Database::at(format!("sqlite://{}", folder.join("proof.db").display()));
    let office = database.migrated().await?;
    let actor = operator(partnership);
    let verified = proof::look_at(&office, &actor, contract, &tables)
        .await
        .map_err(told)?;
    let mut differences = verified.differences;
    if differences.is_empty() {
        let anew = said(&office, &actor, contract).await?;
        for (name, value) in &anew {
            let there = bundle.get(name).unwrap_or(&Value::Null);
            differences.extend(first_difference(&format!("/{name}"), there, value));
        }
    }
    office.store.close().await;
    let reference = bundle
        .get("reference")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let looked = format!(
        "contract {reference}, {} postings, {} audit entries",
        verified.postings, verified.audit_entries
    );
    Ok((differences, looked))
}

/// The rows of all tables.
fn tables(bundle: &Map<String, Value>) -> anyhow::Result<Vec<Table>> {
    let given = bundle.get("tables").and_then(Value::as_object);
    let mut tables = Vec::new();
    for (name, rows) in given.context("/tables: an object is needed")? {
        let at = format!("/tables/{name}");
        let name = table(name).with_context(|| format!("{at}: there is no such table"))?;
        let rows = rows
            .as_array()
            .with_context(|| format!("{at}: a list is needed"))?;
        let rows = rows
            .iter()
            .enumerate()
            .map(|(index, row)| cells(&format!("{at}/{index}"), row));
        tables.push(Table {
            name,
            rows: rows.collect::<anyhow::Result<_>>()?,
        });
    }
    Ok(tables)
}

fn cells(at: &str, row: &Value) -> anyhow::Result<Cells> {
    let columns = row
        .as_object()
        .with_context(|| format!("{at}: an object is needed"))?;
    let cells = columns.iter().map(|(name, value)| {
        let number = value.as_i64().map(Cell::Number);
        let text = value.as_str().map(|text| Cell::Text(text.to_owned()));
        let cell = number.or(text).or(value.is_null().then_some(Cell::Null));
        let cell =
            cell.with_context(|| format!("{at}/{name}: a whole number or a text is needed"))?;
        Ok((name.clone(), cell))
    });
    cells.collect()
}

/// Where two values first differ, and how.
fn first_difference(at: &str, there: &Value, anew: &Value) -> Option<String> {
    match (there, anew) {
        (Value::Object(there), Value::Object(anew)) => {
            let names: BTreeSet<&String> = there.keys().chain(anew.keys()).collect();
            let of = |map: &Map<String, Value>, name: &String| {
                map.get(name).cloned().unwrap_or_default()
            };
            names.into_iter().find_map(|name| {
                first_difference(&format!("{at}/{name}"), &of(there, name), &of(anew, name))
            })
        }
        (Value::Array(there), Value::Array(anew)) if there.len() == anew.len() => {
            let pairs = there.iter().zip(anew).enumerate();
            pairs.into_iter().find_map(|(index, (there, anew))| {
                first_difference(&format!("{at}/{index}"), there, anew)
            })
        }
        _ if there == anew => None,
        _ => Some(format!(
            "{at}: the file says {there}, and the rows give {anew}"
        )),
    }
}
