//! The part of an import that writes, in one transaction.

use crate::domain::moment::Moment;
use crate::domain::organisation::Organisation;
use crate::storage::{self, Tx};

use super::super::add_contract::{self, ContractGiven, ShareGiven};
use super::super::add_organisation::{self, OrganisationGiven};
use super::super::reading::Reading;
use super::super::{Actor, Conflict, Office, Refusal};
use super::facts::{Body, Facts, Said};
use super::{ImportGiven, Imported, Party, USUAL_EDITION, USUAL_REPORTING};

/// The kind of a buyer when neither the document nor the caller says.
const USUAL_BUYER_KIND: &str = "council";

/// Ids for what may be added.
pub(super) struct Ids {
    pub(super) buyer: String,
    pub(super) supplier: String,
    pub(super) contract: String,
}

/// One import under way.
pub(super) struct Import<'a> {
    pub(super) office: &'a Office,
    pub(super) actor: &'a Actor,
    pub(super) at: Moment,
    pub(super) given: &'a ImportGiven,
    pub(super) facts: &'a Facts,
    pub(super) ids: &'a Ids,
}

impl Import<'_> {
    /// Adds the bodies that are not here yet, and the contract.
    pub(super) async fn carry_out(&self, tx: &mut Tx) -> Result<Imported, Refusal> {
        let facts = self.facts;
        if let Some(ocid) = &facts.ocid {
            let partnership = self.actor.partnership.as_str();
            if storage::contract::find_by_ocid(tx, partnership, &ocid.value)
                .await?
                .is_some()
            {
                let message = "a contract with this open contracting id is here already";
                return Err(Refusal::conflict(Conflict::OcidTaken, message));
            }
        }
        let mut warnings = facts.warnings.clone();
        let supplier = self.supplier(tx).await?;
        let (buyer, holder) = match &self.given.held_by {
            Some(holder) => (bought_only(&facts.buyer.value), holder.clone()),
            None => self.buyer(tx, &mut warnings).await?,
        };
        let terms = self.terms(&holder, supplier.organisation.as_deref());
        let contract = add_contract::add(
            tx,
            self.office,
            self.actor,
            self.at,
            &self.ids.contract,
            &terms,
            Reading::default(),
        )
        .await
        .map_err(|refusal| placed(refusal, |pointer| self.contract_field(pointer)))?;
        Ok(Imported {
            contract,
            buyer,
            supplier,
            value_from: facts.value.as_ref().map(|said| said.value.from),
            days_from: facts.days.value.from,
            warnings,
        })
    }

    async fn supplier(&self, tx: &mut Tx) -> Result<Party, Refusal> {
        let said = &self.facts.supplier;
        let kind = said.value.kind.unwrap_or("business");
        let given = organisation_given(&said.value, kind, false);
        self.body(tx, said, &self.ids.supplier, &given).await
    }

    /// The buyer as an anchor institution.
    async fn buyer(
        &self,
        tx: &mut Tx,
        warnings: &mut Vec<String>,
    ) -> Result<(Party, String), Refusal> {
        let said = &self.facts.buyer;
        let kind = self.given.buyer_kind.as_deref().or(said.value.kind);
        let given = organisation_given(&said.value, kind.unwrap_or(USUAL_BUYER_KIND), true);
        let party = self.body(tx, said, &self.ids.buyer, &given).await?;
        if party.added && kind.is_none() {
            warnings.push(format!(
                "the document does not say what kind of body the buyer is; it was added as a {USUAL_BUYER_KIND}"
            ));
        }
        let holder = party.organisation.clone().unwrap_or_default();
        Ok((party, holder))
    }

    /// Finds a body by its identifiers, or adds it.
    async fn body(
        &self,
        tx: &mut Tx,
        said: &Said<Body>,
        id: &str,
        given: &OrganisationGiven,
    ) -> Result<Party, Refusal> {
        let name = said.value.name.clone();
        if let Some(known) = self.known(tx, said).await? {
            return Ok(Party {
                name,
                organisation: Some(known.id),
                added: false,
            });
        }
        let added = add_organisation::add(
            tx,
            self.office,
            self.actor,
            self.at,
            id,
            given,
            Reading::default(),
        )
        .await
        .map_err(|refusal| {
            placed(refusal, |pointer| match pointer {
                "/kind" => "/buyer_kind".to_owned(),
                _ => format!("/document{}", said.at),
            })
        })?;
        Ok(Party {
            name,
            organisation: Some(added.id),
            added: true,
        })
    }

    /// The organisation that the identifiers name; two are one too many.
    async fn known(&self, tx: &mut Tx, said: &Said<Body>) -> Result<Option<Organisation>, Refusal> {
        let mut found: Option<Organisation> = None;
        for one in &said.value.identifiers {
            let partnership = self.actor.partnership.as_str();
            let named =
                storage::organisation::find_by_identifier(tx, partnership, &one.scheme, &one.id)
                    .await?;
            let Some(named) = named else { continue };
            if let Some(other) = found.as_ref().filter(|other| other.id != named.id) {
                let message = format!(
                    "its identifiers name two organisations: {} and {}",
                    other.name, named.name
                );
                let at = format!("/document{}", said.at);
                return Err(Refusal::fault(at, "identifiers_differ", message));
            }
            found = Some(named);
        }
        Ok(found)
    }

    fn terms(&self, holder: &str, supplier: Option<&str>) -> ContractGiven {
        let (given, facts) = (self.given, self.facts);
        let days = &facts.days.value;
        let value = facts.value.as_ref().map(|said| said.value);
        let pounds = |pence: Option<crate::domain::amount::Pence>| pence.map(|one| one.to_string());
        let ocid = facts.ocid.as_ref().map(|said| said.value.clone());
        let or = |given: &Option<String>, usual: &str| {
            Some(given.clone().unwrap_or_else(|| usual.to_owned()))
        };
        ContractGiven {
            reference: given.reference.clone().or_else(|| ocid.clone()),
            title: Some(facts.title.value.clone()),
            anchor_institutions: Some(vec![ShareGiven {
                organisation: Some(holder.to_owned()),
                share: Some("1".to_owned()),
            }]),
            supplier: supplier.map(str::to_owned),
            value: pounds(value.and_then(|value| value.net)),
            value_gross: pounds(value.and_then(|value| value.gross)),
            starts_on: Some(days.starts_on.to_string()),
            ends_on: Some(days.ends_on.to_string()),
            may_extend_to: days.may_extend_to.map(|day| day.to_string()),
            place: given.place.clone(),
            proxy_edition: or(&given.proxy_edition, USUAL_EDITION),
            reporting: or(&given.reporting, USUAL_REPORTING),
            ocid,
            ..ContractGiven::default()
        }
    }

    /// Where a field of the contract was said.
    fn contract_field(&self, pointer: &str) -> String {
        let facts = self.facts;
        let days = &facts.days.at;
        let said = match pointer {
            "/title" => facts.title.at.clone(),
            "/starts_on" => format!("{days}/startDate"),
            "/ends_on" => format!("{days}/endDate"),
            "/may_extend_to" => format!("{days}/maxExtentDate"),
            "/supplier" => facts.supplier.at.clone(),
            "/ocid" | "/value" | "/value_gross" => {
                let value = facts.value.as_ref().map(|said| said.at.clone());
                let ocid = facts.ocid.as_ref().map(|said| said.at.clone());
                if pointer == "/ocid" { ocid } else { value }.unwrap_or_default()
            }
            "/reference" if self.given.reference.is_none() => {
                let ocid = facts.ocid.as_ref().map(|said| said.at.clone());
                ocid.unwrap_or_default()
            }
            _ if pointer.starts_with("/anchor_institutions") => match self.given.held_by {
                Some(_) => return "/held_by".to_owned(),
                None => facts.buyer.at.clone(),
            },
            own => return own.to_owned(),
        };
        format!("/document{said}")
    }
}

fn bought_only(body: &Body) -> Party {
    Party {
        name: body.name.clone(),
        organisation: None,
        added: false,
    }
}

fn organisation_given(body: &Body, kind: &str, anchor: bool) -> OrganisationGiven {
    let identifiers = body.identifiers.iter();
    OrganisationGiven {
        name: Some(body.name.clone()),
        kind: Some(kind.to_owned()),
        scale: body.scale.map(str::to_owned),
        anchor_institution: Some(anchor),
        identifiers: identifiers
            .map(|one| (Some(one.scheme.clone()), Some(one.id.clone())))
            .collect(),
        ..OrganisationGiven::default()
    }
}

/// The same refusal with its faults placed where the caller said what is at fault.
fn placed(refusal: Refusal, place: impl Fn(&str) -> String) -> Refusal {
    let Refusal::Invalid(faults) = refusal else {
        return refusal;
    };
    let faults = faults.into_iter().map(|mut fault| {
        fault.pointer = place(&fault.pointer);
        fault
    });
    Refusal::Invalid(faults.collect())
}
