//! A row of totals, stored or summed anew.

use super::super::StorageError;
use super::super::cell::Cells;
use super::roll_up::RollUpRow;
use crate::domain::funding::FundingSource;
use crate::domain::ledger::posting::Stage;
use crate::domain::ledger::total::{Sums, TotalKey};

#[derive(sqlx::FromRow)]
pub(super) struct TotalRow {
    contract_id: String,
    supplier_id: String,
    anchor_id: String,
    measure: String,
    place: String,
    period: String,
    from_on: String,
    to_on: String,
    stage: String,
    edition: String,
    leads: i64,
    funding: String,
    #[sqlx(flatten)]
    sums: SumsRow,
}

#[derive(sqlx::FromRow)]
pub(super) struct SumsRow {
    worth_pence: i64,
    quantity_micro: i64,
    numerator_micro: i64,
    denominator_micro: i64,
    valued_lines: i64,
    record_only_lines: i64,
    provisional_lines: i64,
    nominal_lines: i64,
}

impl From<SumsRow> for Sums {
    fn from(row: SumsRow) -> Self {
        Self {
            worth_pence: row.worth_pence,
            quantity_micro: row.quantity_micro,
            numerator_micro: row.numerator_micro,
            denominator_micro: row.denominator_micro,
            valued_lines: row.valued_lines,
            record_only_lines: row.record_only_lines,
            provisional_lines: row.provisional_lines,
            nominal_lines: row.nominal_lines,
        }
    }
}

impl TotalRow {
    pub(super) fn read(self, table: &'static str) -> Result<(TotalKey, Sums), StorageError> {
        let key = format!(
            "{} {} {} {} {}",
            self.contract_id, self.anchor_id, self.period, self.stage, self.measure
        );
        let cells = Cells { table, key: &key };
        let total = TotalKey {
            from: cells.day("from_on", &self.from_on)?,
            to: cells.day("to_on", &self.to_on)?,
            stage: cells.some("stage", Stage::parse(&self.stage))?,
            leads: cells.flag("leads", self.leads)?,
            funding: cells.some("funding", FundingSource::parse(&self.funding))?,
            contract: self.contract_id,
            supplier: self.supplier_id,
            anchor: self.anchor_id,
            measure: self.measure,
            place: self.place,
            period: self.period,
            edition: self.edition,
        };
        Ok((total, self.sums.into()))
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct SummedRow {
    contract: Option<String>,
    supplier: Option<String>,
    anchor: Option<String>,
    place: Option<String>,
    period: Option<String>,
    measure: String,
    stage: String,
    edition: String,
    funding: String,
    #[sqlx(flatten)]
    sums: SumsRow,
    #[sqlx(flatten)]
    lead_sums: LeadSumsRow,
}

#[derive(sqlx::FromRow)]
struct LeadSumsRow {
    lead_worth_pence: i64,
    lead_quantity_micro: i64,
    lead_numerator_micro: i64,
    lead_denominator_micro: i64,
    lead_valued_lines: i64,
    lead_record_only_lines: i64,
    lead_provisional_lines: i64,
    lead_nominal_lines: i64,
}

impl From<LeadSumsRow> for Sums {
    fn from(row: LeadSumsRow) -> Self {
        Self {
            worth_pence: row.lead_worth_pence,
            quantity_micro: row.lead_quantity_micro,
            numerator_micro: row.lead_numerator_micro,
            denominator_micro: row.lead_denominator_micro,
            valued_lines: row.lead_valued_lines,
            record_only_lines: row.lead_record_only_lines,
            provisional_lines: row.lead_provisional_lines,
            nominal_lines: row.lead_nominal_lines,
        }
    }
}

impl SummedRow {
    pub(super) fn read(self) -> Result<RollUpRow, StorageError> {
        let key = format!("measure {} edition {}", self.measure, self.edition);
        let cells = Cells {
            table: "anchor_total or contract_total",
            key: &key,
        };
        let period = self.period.map(|label| cells.period("period", &label));
        Ok(RollUpRow {
            contract: self.contract,
            supplier: self.supplier,
            anchor: self.anchor,
            place: self.place,
            period: period.transpose()?,
            stage: cells.some("stage", Stage::parse(&self.stage))?,
            funding: cells.some("funding", FundingSource::parse(&self.funding))?,
            measure: self.measure,
            edition: self.edition,
            sums: self.sums.into(),
            lead_sums: self.lead_sums.into(),
        })
    }
}
