//! A value of an edition under other adjustments than its own (V9): for one commitment, never for the edition.

use std::sync::Arc;

use super::super::effect::{Adjustments, Discounting, Effect, check};
use super::super::fault::Fault;
use super::super::measure::{Measure, Valuation};
use super::super::proxy::Proxy;
use super::super::series::SeriesRef;
use super::resolve::{discounting, effect_of, net};
use super::{Edition, PublishedProxy, UnitValue};

impl Edition {
    fn discounting(&self, named: &SeriesRef) -> Option<Discounting> {
        let mut series = self.schedules.iter();
        discounting(series.find(|one| one.name == named.series), named)
    }

    fn effect_under(
        &self,
        proxy: &Proxy,
        changes: &Adjustments,
    ) -> Result<Option<Effect>, Vec<Fault>> {
        let all = changes.over(&proxy.adjustments);
        effect_of(&all, proxy, |named| self.discounting(named))
    }

    /// A value of a proxy where some adjustments are others; what the changes do not name stays as the edition has it.
    ///
    /// # Errors
    /// What does not fit the proxy, with pointers relative to the adjustments.
    pub fn adjusted(
        &self,
        published: &PublishedProxy,
        value: &UnitValue,
        changes: &Adjustments,
    ) -> Result<UnitValue, Vec<Fault>> {
        let effect = self.effect_under(&published.proxy, changes)?;
        Ok(UnitValue {
            net: net(
                &value.source_value,
                value.uprating.as_ref(),
                value.derived.as_deref(),
                effect.as_ref(),
            ),
            effect: effect.map(Arc::new),
            ..value.clone()
        })
    }

    /// What is wrong with adjusting the values of a measure otherwise, if anything is; pointers are relative to the
    /// adjustments.
    #[must_use]
    pub fn adjusting_faults(&self, measure: &Measure, changes: &Adjustments) -> Vec<Fault> {
        let codes: Vec<&str> = match &measure.valuation {
            Valuation::Proxy(proxy) | Valuation::Carbon { proxy, .. } => vec![proxy.as_str()],
            Valuation::Parts => {
                let parts = measure.input.parts().iter();
                parts.filter_map(|part| part.valued_by.as_deref()).collect()
            }
            Valuation::RecordOnly(_) => {
                let message = "this measure is counted without pounds: there is nothing to adjust";
                return vec![Fault::new("", "nothing_to_adjust", message)];
            }
        };
        let mut faults: Vec<Fault> = Vec::new();
        for published in codes.into_iter().filter_map(|code| self.proxy(code)) {
            let proxy = &published.proxy;
            let found = self.effect_under(proxy, changes).err().unwrap_or_default();
            let all = changes.over(&proxy.adjustments);
            for fault in found
                .into_iter()
                .chain(check::claim_fault(&all, measure.claim))
            {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
        faults
    }
}
