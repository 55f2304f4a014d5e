//! A row of the ledger, read back as the posting it was.

use super::super::StorageError;
use super::super::cell::Cells;
use crate::domain::amount::Worth;
use crate::domain::ledger::posting::{Content, Entry, Identity, Posting, Stage, Standing};
use crate::domain::measure::Column;
use crate::domain::moment::Moment;

#[derive(sqlx::FromRow)]
pub(super) struct PostingRow {
    sequence: i64,
    recorded_at: i64,
    reason: String,
    reverses: Option<i64>,
    stage: String,
    period: String,
    from_on: String,
    to_on: String,
    line: String,
    position: i64,
    anchor_id: String,
    measure: String,
    worth_column: Option<String>,
    supplier_id: String,
    place: Option<String>,
    tier: i64,
    target_group: Option<String>,
    edition: String,
    price_base: String,
    in_extension: i64,
    provisional: i64,
    nominal: i64,
    quantity_micro: Option<i64>,
    numerator_micro: Option<i64>,
    denominator_micro: Option<i64>,
    worth_pence: Option<i64>,
    hash: String,
}

impl PostingRow {
    pub(super) fn read(self, contract_id: &str) -> Result<Posting, StorageError> {
        let key = format!("{contract_id} {}", self.sequence);
        let cells = Cells {
            table: "posting",
            key: &key,
        };
        let column = self
            .worth_column
            .map(|word| cells.some("worth_column", Column::parse(&word)))
            .transpose()?;
        let period = cells.period("period", &self.period)?;
        let days = [
            ("from_on", self.from_on, period.from()),
            ("to_on", self.to_on, period.to()),
        ];
        for (name, kept, day) in days {
            cells.some(name, (kept == day.to_string()).then_some(()))?;
        }
        let worth = cells.maybe_pence("worth_pence", self.worth_pence)?;
        let standing = Standing {
            identity: Identity {
                stage: cells.some("stage", Stage::parse(&self.stage))?,
                period,
                line: self.line,
                position: self.position,
                anchor: self.anchor_id,
            },
            content: Content {
                measure: self.measure,
                column,
                supplier: self.supplier_id,
                place: self.place,
                tier: self.tier,
                target_group: self.target_group,
                edition: cells.edition("edition", &self.edition)?,
                price_base: self.price_base,
                in_extension: cells.flag("in_extension", self.in_extension)?,
                provisional: cells.flag("provisional", self.provisional)?,
                nominal: cells.flag("nominal", self.nominal)?,
                quantity_micro: self.quantity_micro,
                numerator_micro: self.numerator_micro,
                denominator_micro: self.denominator_micro,
                worth: worth.map_or(Worth::RecordOnly, Worth::Pence),
            },
        };
        Ok(Posting {
            sequence: self.sequence,
            recorded_at: Moment::from_micros(self.recorded_at),
            reason: self.reason,
            entry: self.reverses.map_or(Entry::States, Entry::Reverses),
            standing,
            hash: self.hash,
        })
    }
}
