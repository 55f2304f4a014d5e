//! `goodmeasure import`: takes in what others publish.

use crate::storage::Tx;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{ArgGroup, Args, Subcommand};

use super::office::{Database, Within, block_on, now, operator_in, told};
use crate::operations::import_contract::{
    ImportGiven, Imported, Party, USUAL_EDITION, USUAL_REPORTING, import_contract,
};
use crate::operations::node::Node;

/// The deepest a document may be nested.
const DEEPEST: usize = 64;
/// The largest document read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Imports what others publish.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    within: Within,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Imports a contract from an open contracting document (OCDS 1.1): a package, a record or a release.
    Contract(ContractImport),
    /// Imports a table of values as the draft of a proxy edition.
    Edition(super::import_edition::EditionImport),
    /// Imports a release of a series of the partnership's own: an index, values by year, or a discount schedule.
    Series(super::import_series::SeriesImport),
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("holder").required(true).args(["anchor", "held_by"])))]
struct ContractImport {
    /// The JSON file.
    file: PathBuf,
    /// The buyer becomes an anchor institution and holds the contract.
    #[arg(long)]
    anchor: bool,
    /// The anchor institution that holds the contract, by id.
    #[arg(long, value_name = "ORGANISATION")]
    held_by: Option<String>,
    /// The proxy edition it is valued by.
    #[arg(long, default_value = USUAL_EDITION, value_name = "SET/EDITION")]
    edition: String,
    /// How often it reports: monthly, quarterly or yearly.
    #[arg(long, default_value = USUAL_REPORTING, value_name = "WORD")]
    reporting: String,
    /// Code of the place it is delivered in.
    #[arg(long, value_name = "CODE")]
    place: Option<String>,
    /// The partnership's own reference; the OCID when missing.
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// Id of the contract or award in the document, where it holds several, or the OCID of its record.
    #[arg(long, value_name = "ID")]
    contract: Option<String>,
    /// Id of the supplier in the document, where it holds several.
    #[arg(long, value_name = "ID")]
    supplier: Option<String>,
    /// Kind of the buyer, where it is added: council, nhs_provider ...
    #[arg(long, value_name = "CODE")]
    buyer_kind: Option<String>,
}

impl Import {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let asked = match self.what {
            What::Contract(asked) => asked,
            What::Edition(asked) => return asked.run(&self.database, &self.within.partnership),
            What::Series(asked) => return asked.run(&self.database, &self.within.partnership),
        };
        let given = asked.given()?;
        block_on(async {
            let office = self.database.office_that_is_there().await?;
            let actor = operator_in(&office, &self.within.partnership).await?;
            let import = async |tx: &mut Tx| {
                import_contract(tx, office.hand(&actor, now()), &given, Vec::new()).await
            };
            let imported = office.change(import).await.map_err(told)?;
            for line in lines(&imported) {
                // What a document says may hold anything, and a terminal obeys control characters.
                println!("{}", line.replace(char::is_control, " "));
            }
            office.store.close().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}

impl ContractImport {
    fn given(self) -> anyhow::Result<ImportGiven> {
        let shown = self.file.display().to_string();
        let length = std::fs::metadata(&self.file)
            .with_context(|| shown.clone())?
            .len();
        if length > LARGEST {
            anyhow::bail!("{shown}: {length} bytes, and at most {LARGEST} are read");
        }
        let bytes = std::fs::read(&self.file).with_context(|| shown.clone())?;
        // Some publishers begin with a byte order mark.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let document = Node::read(bytes, DEEPEST).with_context(|| shown)?;
        Ok(ImportGiven {
            document: Some(document),
            anchor: Some(self.anchor),
            held_by: self.held_by,
            proxy_edition: Some(self.edition),
            reporting: Some(self.reporting),
            place: self.place,
            reference: self.reference,
            contract: self.contract,
            supplier: self.supplier,
            buyer_kind: self.buyer_kind,
        })
    }
}

/// What was imported, for a person.
fn lines(imported: &Imported) -> Vec<String> {
    let contract = &imported.contract;
    let mut lines = vec![format!("contract {} ({})", contract.id, contract.reference)];
    if let Some(terms) = contract.current() {
        lines.push(format!("  {}", terms.title));
        let until = terms
            .may_extend_to
            .map(|day| format!(", may extend to {day}"));
        lines.push(format!(
            "  from {} to {}{} (days of the {})",
            contract.starts_on,
            terms.ends_on,
            until.unwrap_or_default(),
            imported.days_from
        ));
        let from = imported.value_from.unwrap_or_default();
        let values = [("net", terms.value), ("gross", terms.value_gross)];
        for (kind, pence) in values {
            lines.extend(pence.map(|pence| format!("  £{pence} {kind} (value of the {from})")));
        }
    }
    lines.push(party("buyer", &imported.buyer));
    lines.push(party("supplier", &imported.supplier));
    let warnings = imported.warnings.iter();
    lines.extend(warnings.map(|warning| format!("warning: {warning}")));
    lines
}

fn party(role: &str, party: &Party) -> String {
    match (&party.organisation, party.added) {
        (Some(id), true) => format!("{role} {id} ({}), added", party.name),
        (Some(id), false) => format!("{role} {id} ({}), known", party.name),
        (None, _) => format!("{role} ({}), not added", party.name),
    }
}
